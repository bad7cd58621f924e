// A filter's field with a closed set of answers, and no answer as the first of them.

import type { FC } from "hono/jsx";
import type { ApiProblem } from "./api";
import { faultOf } from "./failure";
import { Field } from "./parts";

export interface Option {
  readonly value: string;
  readonly label: string;
}

export const Choice: FC<{
  readonly name: string;
  readonly label: string;
  readonly chosen: string;
  /** What no answer is called. */
  readonly any: string;
  readonly options: readonly Option[];
  readonly problem: ApiProblem | null;
}> = ({ name, label, chosen, any, options, problem }) => (
  <Field
    name={name}
    label={label}
    fault={faultOf(problem, name)}
    input={(tied) => (
      <select {...tied}>
        <option value="">{any}</option>
        {options.map(({ value, label }) => (
          <option value={value} selected={value === chosen}>
            {label}
          </option>
        ))}
      </select>
    )}
  />
);
