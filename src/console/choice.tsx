// A filter's field with a closed set of answers, no answer as the first of them; an answer that an address names
// and no list has stands there too.

import type { FC } from "hono/jsx";
import type { ApiProblem } from "./api";
import { faultOf } from "./failure";
import { Field } from "./parts";

export const Choice: FC<{
  readonly name: string;
  readonly label: string;
  readonly chosen: string | undefined;
  /** What no answer is called. */
  readonly any: string;
  readonly options: readonly (readonly [value: string, label: string])[];
  readonly problem: ApiProblem | null;
}> = ({ name, label, chosen = "", any, options, problem }) => {
  const isKnown = chosen === "" || options.some(([value]) => value === chosen);
  const all = isKnown ? options : [...options, [chosen, chosen] as const];
  return (
    <Field
      name={name}
      label={label}
      fault={faultOf(problem, name)}
      input={(tied) => (
        <select {...tied}>
          <option value="">{any}</option>
          {all.map(([value, label]) => (
            <option value={value} selected={value === chosen}>
              {label}
            </option>
          ))}
        </select>
      )}
    />
  );
};
