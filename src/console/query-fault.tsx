// What a page says of a filter that the API did not take: the faults stand beside their fields, and only what
// has no field there is told in the API's own words (a place in a list that is no more).

import type { FC } from "hono/jsx";
import type { ApiProblem } from "./api";
import { Trouble } from "./failure";

export const QueryFault: FC<{
  readonly problem: ApiProblem | null;
  /** Those that the page has a field for. */
  readonly fields: readonly string[];
}> = ({ problem, fields }) => {
  if (problem === null) return null;
  const faults = problem.errors ?? [];
  const isMarked = faults.every(({ parameter }) => fields.includes(parameter ?? ""));
  if (faults.length === 0 || !isMarked) return <Trouble problem={problem} />;
  return (
    <p class="notice bad" role="alert">
      This can not be asked for. Change what is marked below.
    </p>
  );
};
