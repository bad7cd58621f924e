// Days on pages and in filters: transfers have days, not minutes, and reports are asked for by whole days.

import type { FC } from "hono/jsx";
import { shownDay } from "../domain/shown-time";
import { millisecondsOf } from "../domain/time";
import type { ApiProblem } from "./api";
import { faultOf } from "./failure";
import { useHere } from "./here";
import { Field, Unknown } from "./parts";

/** "3 Nov 2026" in the merchant's zone; the exact moment in UTC when one points at it. */
export const Day: FC<{ readonly at: string | null }> = ({ at }) => {
  const { zone } = useHere();
  const moment = at === null ? null : millisecondsOf(at);
  if (moment === null) return <Unknown what="day" />;
  const exact = new Date(moment).toISOString();
  return (
    <time datetime={exact} title={exact}>
      {shownDay(moment, zone)}
    </time>
  );
};

/** What an address has of a range of days, as it was typed. */
export interface TypedDays {
  readonly from: string;
  readonly to: string;
}

/** Two fields of a filter, with what is wrong with them beside them. */
export const DayFields: FC<{
  readonly typed: TypedDays;
  readonly problem: ApiProblem | null;
  readonly labels?: readonly [from: string, to: string];
}> = ({ typed, problem, labels = ["From day", "To day"] }) => (
  <>
    {(["from", "to"] as const).map((name, n) => (
      <Field
        name={name}
        label={labels[n] ?? name}
        fault={faultOf(problem, name)}
        input={(tied) => <input {...tied} type="date" value={typed[name]} />}
      />
    ))}
  </>
);
