// The description of the API: OpenAPI 3.1, assembled from the operations and the schemas that validate.
// Written to public/openapi.json by `npm run openapi`; nothing of this is in the deployed Worker.

import { codeToStatus, PROBLEMS, type ProblemCode } from "../http/problem";
import {
  answerReference,
  answerSchemas,
  type JsonSchema,
  memberSchema,
  requestSchema,
} from "./convert";
import { wordsOfPart } from "./fields";
import { type Answer, type HeaderName, type Operation, TAGS } from "./operation";
import { OPERATIONS } from "./operations";
import { MEMBERS, problemBase, RETRY_LATER } from "./problem-answers";
import { problemsOf } from "./shared-problems";

const DESCRIPTION = `Looks after Pine Labs payment links. JSON in and out, \`snake_case\`, amounts in whole paisa, times in ISO 8601 with a zone.

Who meets a \`stage\`, \`verdict\`, \`type\` or \`code\` that they do not know does not deliver; answers may get further fields. Every answer carries \`x-request-id\`.

Every error under /v1 is a problem document (RFC 9457): decide by its \`code\`. An unknown address answers 404 \`not_found\`, and a known one with another method 405 \`method_not_allowed\` with \`Allow\`. HEAD is answered wherever GET is.`;

const RETRY_AFTER: HeaderName = "Retry-After";

const HEADERS: { readonly [name in HeaderName]: string } = {
  Location: "Where to ask for it.",
  "Retry-After": "In seconds.",
};

export function describeApi(operations: readonly Operation[] = OPERATIONS): JsonSchema {
  return {
    openapi: "3.1.0",
    info: {
      title: "Chukta",
      version: "1",
      description: DESCRIPTION,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths: pathsOf(operations),
    components: {
      securitySchemes: {
        key: {
          type: "http",
          scheme: "bearer",
          description: "An API key. Each operation names the scope that the key must have.",
        },
      },
      headers: Object.fromEntries(
        Object.entries(HEADERS).map(([name, description]) => [
          name,
          { description, schema: { type: "string" } },
        ]),
      ),
      responses: sharedResponses(operations),
      schemas: answerSchemas(),
    },
  };
}

function pathsOf(operations: readonly Operation[]): JsonSchema {
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const operation of operations) {
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method]: describeOperation(operation),
    };
  }
  return paths;
}

function describeOperation(operation: Operation): JsonSchema {
  const { id, tag, summary, description, scope, body } = operation;
  const scopes = scope === null ? [] : [scope].flat();
  const needs = scopes.length === 0 ? "Open: needs no key." : `Scope: ${scopes.join(" or ")}.`;
  const parameters = parametersOf(operation);
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: [needs, description].filter((text) => text !== undefined).join(" "),
    security: scopes.length === 0 ? [] : [{ key: scopes.length === 1 ? scopes : [] }],
    ...(scopes.length === 0 ? {} : { "x-scopes": scopes }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body
      ? {
          requestBody: {
            required: body.optional !== true,
            content: {
              "application/json": { schema: requestSchema(body.schema), example: body.example },
            },
          },
        }
      : {}),
    responses: responsesOf(operation),
  };
}

function parametersOf({
  path,
  query,
  words,
  idempotencyKey: description,
}: Operation): readonly JsonSchema[] {
  const parts = [...path.matchAll(/\{([a-z_]+)\}/g)].map(([, name = ""]) => {
    const { description, ...form } = wordsOfPart(path, name);
    if (description === undefined) throw new Error(`fields.ts says nothing of {${name}}`);
    return {
      name,
      in: "path",
      required: true,
      description,
      schema: { type: "string", ...form },
    };
  });
  const headers = [
    {
      name: "Idempotency-Key",
      in: "header",
      required: false,
      description,
      schema: { type: "string" },
    },
  ];
  return [
    ...parts,
    ...queryParameters(query, words),
    ...(description === undefined ? [] : headers),
  ];
}

function queryParameters(
  query: Operation["query"],
  words: Operation["words"],
): readonly JsonSchema[] {
  if (query === undefined) return [];
  const { properties = {}, required = [] } = requestSchema(query, words);
  return Object.entries(properties).flatMap(([name, field]) => {
    if (typeof field === "boolean") return [];
    const { description, ...schema } = field;
    const told = description === undefined ? {} : { description };
    return [{ name, in: "query", required: required.includes(name), ...told, schema }];
  });
}

function responsesOf(operation: Operation): JsonSchema {
  const byStatus = Map.groupBy(problemsOf(operation), (code) => codeToStatus(code));
  const statuses = new Set<number>([
    ...Object.keys(operation.answers).map(Number),
    ...byStatus.keys(),
  ]);
  const ordered = [...statuses].toSorted((one, two) => one - two);
  return Object.fromEntries(
    ordered.map((status) => {
      const answer = operation.answers[status];
      const codes = byStatus.get(status) ?? [];
      const shared = answer === undefined ? onlyOne(codes) : null;
      return [
        String(status),
        shared === null
          ? describeAnswers(answer, codes)
          : { $ref: `#/components/responses/${shared}` },
      ];
    }),
  );
}

/** What many operations answer alike is said once, under the code's own name. */
function sharedResponses(operations: readonly Operation[]): JsonSchema {
  const codes = new Set(operations.flatMap(problemsOf));
  return Object.fromEntries(
    [...codes].toSorted().map((code) => [code, describeAnswers(undefined, [code])]),
  );
}

function onlyOne(codes: readonly ProblemCode[]): ProblemCode | null {
  const [code, ...others] = codes;
  return code === undefined || others.length > 0 ? null : code;
}

/** One status may be a page for a customer and a problem for a program: its type says which. */
function describeAnswers(answer: Answer | undefined, codes: readonly ProblemCode[]): JsonSchema {
  const content = {
    ...(answer ? contentOf(answer) : {}),
    ...(codes.length === 0 ? {} : { "application/problem+json": { schema: problemOf(codes) } }),
  };
  const told = codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`);
  const waits = codes.some((code) => RETRY_LATER.includes(code));
  const names = new Set([...(answer?.headers ?? []), ...(waits ? [RETRY_AFTER] : [])]);
  return {
    description: [...(answer ? [answer.description] : []), ...told].join("\n\n"),
    ...(names.size === 0
      ? {}
      : {
          headers: Object.fromEntries(
            [...names].map((name) => [name, { $ref: `#/components/headers/${name}` }]),
          ),
        }),
    ...(Object.keys(content).length === 0 ? {} : { content }),
  };
}

function contentOf({ schema, types }: Answer): JsonSchema {
  const sent = types ?? (schema ? (["application/json"] as const) : []);
  return Object.fromEntries(
    sent
      .filter((type) => type !== "none")
      .map((type) => [
        type,
        {
          schema:
            type === "application/json" && schema ? answerReference(schema) : { type: "string" },
        },
      ]),
  );
}

/** The base document, its code one of these, with the members that they add. */
function problemOf(codes: readonly ProblemCode[]): JsonSchema {
  const [status] = codes.map((code) => PROBLEMS[code].status);
  return {
    allOf: [answerReference(problemBase)],
    properties: {
      status: { const: status },
      code: { enum: codes },
      ...membersOf(codes),
    },
  };
}

/** A member that several of the codes have may be what it is for any of them. */
function membersOf(codes: readonly ProblemCode[]): JsonSchema {
  const members = codes.flatMap((code) => Object.entries(MEMBERS[code] ?? {}));
  const byName = Map.groupBy(members, ([name]) => name);
  return Object.fromEntries(
    [...byName].map(([name, all]) => {
      const schemas = all.map(([, schema]) => memberSchema(schema));
      const byText = new Map(schemas.map((form) => [JSON.stringify(form), form]));
      const forms = [...byText.values()];
      const [form, ...others] = forms;
      return [name, others.length === 0 ? form : { anyOf: forms }];
    }),
  );
}

/** As it is committed. */
export function apiDocument(): string {
  return `${JSON.stringify(describeApi(), null, 2)}\n`;
}
