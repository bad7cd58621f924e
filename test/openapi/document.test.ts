// The committed description is the one that the schemas make, and a valid OpenAPI 3.1 document.

import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, test } from "vitest";
import { isLinkId, isOrderId, isReference } from "../../src/domain/ids";
import { apiDocument, describeApi } from "../../src/openapi/document";
import { FIELDS } from "../../src/openapi/fields";
import { OPERATIONS } from "../../src/openapi/operations";

test("public/openapi.json is what the schemas make", async () => {
  await expect(apiDocument(), "public/openapi.json is stale: npm run openapi").toMatchFileSnapshot(
    "../../public/openapi.json",
  );
});

test("it is a valid OpenAPI 3.1 document", async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(structuredClone(describeApi()));
  expect(errors).toBeUndefined();
  expect(valid).toBe(true);
  expect(validator.version).toBe("3.1");
});

test("every operation has a name of its own", () => {
  const ids = OPERATIONS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

/** Where a schema says nothing at all, with its place. */
function findEmpty(node: unknown, place: string, isSchema: boolean): readonly string[] {
  if (Array.isArray(node)) {
    return node.flatMap((item, index) => findEmpty(item, `${place}/${index}`, isSchema));
  }
  if (typeof node !== "object" || node === null) return [];
  const entries = Object.entries(node);
  if (isSchema && entries.length === 0) return [place];
  return entries.flatMap(([name, inner]) => {
    const at = `${place}/${name}`;
    if (["example", "default", "enum", "const"].includes(name)) return [];
    if (["schema", "items", "additionalProperties", "propertyNames"].includes(name)) {
      return findEmpty(inner, at, true);
    }
    if (["anyOf", "allOf", "oneOf"].includes(name)) return findEmpty(inner, at, true);
    if (["properties", "schemas"].includes(name)) {
      return Object.entries(inner as object).flatMap(([field, schema]) =>
        findEmpty(schema, `${at}/${field}`, true),
      );
    }
    return findEmpty(inner, at, false);
  });
}

test("no schema is empty by accident", () => {
  expect(findEmpty(describeApi(), "", false)).toEqual([]);
  // What it looks for it finds.
  expect(findEmpty({ schema: { properties: { a: {} } } }, "", false)).toEqual([
    "/schema/properties/a",
  ]);
});

test.each(OPERATIONS.filter(({ body }) => body !== undefined))(
  "the example of $id is one that the door takes",
  ({ body }) => {
    expect(body?.schema.safeParse(body.example)).toMatchObject({ success: true });
  },
);

test("the forms of ids are those by which they are checked", () => {
  const checks = [
    ["order_id", isOrderId],
    ["payment_link_id", isLinkId],
    ["reference", isReference],
  ] as const;
  const samples = ["v1-1-aa-B", "pl-v1-1-aa-B", "a b", "", "shop_1", "x".repeat(51), "-a"];
  for (const [name, check] of checks) {
    const { pattern, not } = FIELDS[name] ?? {};
    const excluded = (not as { pattern: string } | undefined)?.pattern ?? "^\\b$";
    const described = samples.filter(
      (text) => new RegExp(String(pattern)).test(text) && !new RegExp(excluded).test(text),
    );
    expect(described).toEqual(samples.filter((text) => check(text)));
  }
});
