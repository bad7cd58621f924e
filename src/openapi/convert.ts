// zod schemas as JSON Schema (draft 2020-12, the dialect of OpenAPI 3.1). Of a request what goes in, with
// the words of fields.ts; of an answer what comes out, as named components. Pure.

import * as z from "zod";
import { FIELDS, type FieldWords } from "./fields";

export type JsonSchema = { readonly [keyword: string]: unknown };

type Words = { readonly [name: string]: FieldWords };

const REFERENCE = "#/components/schemas/";

/** A request's body or query. `own`: what fields of this door are, where it is not what FIELDS says. */
export function requestSchema(
  schema: z.core.$ZodType,
  own: Words = {},
): z.core.JSONSchema.BaseSchema {
  const converted: z.core.JSONSchema.BaseSchema = z.toJSONSchema(schema, {
    io: "input",
    override: ({ jsonSchema }) => {
      tidy(jsonSchema);
    },
  });
  delete converted.$schema;
  // Two fields of one schema are one object in there, and each has words of its own.
  const apart = structuredClone(converted);
  describeAll(apart, { ...FIELDS, ...own });
  return apart;
}

/**
 * All named schemas of answers. An answer may get further fields with a later release, so the description
 * does not close what the tests hold to be closed.
 */
export function answerSchemas(): { readonly [id: string]: JsonSchema } {
  const { schemas } = z.toJSONSchema(z.globalRegistry, {
    uri: (id) => `${REFERENCE}${id}`,
    override: ({ jsonSchema }) => {
      tidy(jsonSchema);
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  });
  const named = Object.entries(schemas).toSorted(([a], [b]) => a.localeCompare(b, "en"));
  return Object.fromEntries(named.map(([id, schema]) => [id, withoutNames(schema)]));
}

/** A component is named by its key alone. */
function withoutNames(schema: JsonSchema): JsonSchema {
  const names = ["$schema", "$id", "id"];
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => !names.includes(keyword)));
}

/** The component of an answer's schema; throws when it has no name, which is a bug. */
export function answerReference(schema: z.ZodType): JsonSchema {
  const id = schema.meta()?.id;
  if (id === undefined) throw new Error("an answer's schema needs an id: .meta({ id })");
  return { $ref: `${REFERENCE}${id}` };
}

/** A schema inside an answer: its component if it has a name, else as it is. */
export function memberSchema(schema: z.ZodType): JsonSchema {
  const inner = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
  if (inner instanceof z.ZodType && inner.meta()?.id !== undefined) return answerReference(inner);
  const holder = z.toJSONSchema(z.object({ member: schema }), {
    reused: "inline",
    override: ({ jsonSchema }) => {
      tidy(jsonSchema);
      delete jsonSchema.additionalProperties;
    },
  });
  const { member } = holder.properties ?? {};
  const text = JSON.stringify(member).replaceAll('"#/$defs/', `"${REFERENCE}`);
  return JSON.parse(text) as JsonSchema;
}

/** The bounds of safe integers say nothing, and a time's pattern nothing that its format does not. */
function tidy(schema: z.core.JSONSchema.BaseSchema): void {
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  const known = ["date-time", "date", "email"];
  if (known.includes(schema.format ?? "")) delete schema.pattern;
}

/** Each field of each object in there gets the words of its name. */
function describeAll(node: unknown, all: Words): void {
  if (typeof node !== "object" || node === null) return;
  if ("properties" in node) {
    for (const [name, field] of Object.entries(node.properties ?? {})) {
      describeField(field, all[name] ?? {});
    }
  }
  for (const inner of Object.values(node)) describeAll(inner, all);
}

function describeField(field: unknown, { pattern, ...words }: FieldWords): void {
  if (typeof field !== "object" || field === null) return;
  // A form that the schema itself says is what holds at this door.
  const says = ["pattern", "minLength", "maxLength"].some((keyword) => keyword in field);
  Object.assign(field, words, says || pattern === undefined ? {} : { pattern });
  if (pattern === null) Reflect.deleteProperty(field, "pattern");
}
