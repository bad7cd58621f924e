// Stands in for the half of zod that writes JSON Schema (the aliases in wrangler.toml): the API's description is
// made when building (docs/decisions/0018), and nothing that is deployed asks a schema to describe itself.

export function createToJSONSchemaMethod(): () => never {
  return unused;
}

export function createStandardJSONSchemaMethod(): () => never {
  return unused;
}

/** Called only when a schema is asked to describe itself. */
function unused(): never {
  throw new Error("the deployed Worker describes no schema: see docs/decisions/0018");
}

export {
  unused as toJSONSchema,
  unused as aggregateChecks,
  unused as anyProcessor,
  unused as arrayProcessor,
  unused as bigintProcessor,
  unused as booleanProcessor,
  unused as catchProcessor,
  unused as customProcessor,
  unused as dateProcessor,
  unused as defaultProcessor,
  unused as enumProcessor,
  unused as fileProcessor,
  unused as functionProcessor,
  unused as intersectionProcessor,
  unused as lazyProcessor,
  unused as literalProcessor,
  unused as mapProcessor,
  unused as nanProcessor,
  unused as neverProcessor,
  unused as nonoptionalProcessor,
  unused as nullProcessor,
  unused as nullableProcessor,
  unused as numberProcessor,
  unused as objectProcessor,
  unused as optionalProcessor,
  unused as pipeProcessor,
  unused as prefaultProcessor,
  unused as promiseProcessor,
  unused as readonlyProcessor,
  unused as recordProcessor,
  unused as setProcessor,
  unused as stringProcessor,
  unused as successProcessor,
  unused as symbolProcessor,
  unused as templateLiteralProcessor,
  unused as transformProcessor,
  unused as tupleProcessor,
  unused as undefinedProcessor,
  unused as unionProcessor,
  unused as unknownProcessor,
  unused as voidProcessor,
};
