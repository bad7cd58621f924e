// The small parts that pages are made of: amounts, times, stages, tables, forms. One way to show each thing.

import type { Child, FC } from "hono/jsx";
import type { Amount } from "../domain/money";
import { formatAmount } from "../domain/money-format";
import { shownDistance, shownTime } from "../domain/shown-time";
import type { Stage } from "../domain/stage";
import { millisecondsOf } from "../domain/time";
import { type Listed, pathWith, type Query } from "./api";
import { CSRF_FIELD, ONCE_FIELD } from "./form";
import { useHere } from "./here";
import { STAGES, type Tone } from "./words";

/** "₹1,50,000.00"; what nobody has said is a dash, never a zero. */
export const Money: FC<{ readonly amount: Amount | null | undefined }> = ({ amount }) =>
  amount === null || amount === undefined ? (
    <Unknown what="amount" />
  ) : (
    <span class="money">{formatAmount(amount)}</span>
  );

/** In the merchant's zone; the exact moment in UTC when one points at it. `far`: how far away it is. */
export const Time: FC<{ readonly at: string | null | undefined; readonly far?: boolean }> = ({
  at,
  far,
}) => {
  const { zone, now } = useHere();
  const moment = at === null || at === undefined ? null : millisecondsOf(at);
  if (moment === null) return <Unknown what="time" />;
  const exact = new Date(moment).toISOString();
  const shown = far === true ? shownDistance(moment, now) : shownTime(moment, zone);
  const title = far === true ? `${shownTime(moment, zone)} (${exact})` : exact;
  return (
    <time datetime={exact} title={title}>
      {shown}
    </time>
  );
};

export const Unknown: FC<{ readonly what: string }> = ({ what }) => (
  <span class="unknown" title={`This ${what} is not known`}>
    –
  </span>
);

/** A word that says how it stands, in a colour that says so too. */
export const Badge: FC<{ readonly tone: Tone; readonly children?: Child }> = ({
  tone,
  children,
}) => <span class={`badge ${tone}`}>{children}</span>;

export const StageBadge: FC<{ readonly stage: Stage }> = ({ stage }) => (
  <Badge tone={STAGES[stage].tone}>{STAGES[stage].label}</Badge>
);

/** Pairs of a name and what it is. A null row is left out. */
export const Facts: FC<{ readonly rows: readonly (readonly [string, Child] | null)[] }> = ({
  rows,
}) => (
  <dl class="facts">
    {rows.flatMap((row) =>
      row === null
        ? []
        : [
            <div>
              <dt>{row[0]}</dt>
              <dd>{row[1]}</dd>
            </div>,
          ],
    )}
  </dl>
);

export interface Column<T> {
  readonly label: string;
  readonly cell: (row: T) => Child;
  /** Figures stand to the right. */
  readonly figure?: boolean;
}

/** On a phone each row becomes a card, its cells named by their columns. */
export function Table<T>({
  caption,
  columns,
  rows,
}: {
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
}) {
  return (
    <div class="scroll">
      <table>
        <caption class="hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ label, figure }) => (
              <th scope="col" class={figure === true ? "figure" : undefined}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              {columns.map(({ label, cell, figure }) => (
                <td data-label={label} class={figure === true ? "figure" : undefined}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What a list without rows says: why, and what to do next. */
export const Empty: FC<{ readonly title: string; readonly children?: Child }> = ({
  title,
  children,
}) => (
  <div class="empty">
    <p class="title">{title}</p>
    {children}
  </div>
);

/** The way to the next page; the browser's own Back leads to the one before. */
export function Pager<T>({
  listed,
  path,
  query,
}: {
  readonly listed: Listed<T>;
  readonly path: string;
  /** The page's own parameters, without `cursor`. */
  readonly query: Query;
}) {
  const first = useHere().address.includes("cursor=");
  if (!first && listed.next_cursor === null) return null;
  return (
    <nav class="pager" aria-label="Pages">
      {first && <a href={pathWith(path, query)}>First page</a>}
      {listed.next_cursor !== null && (
        <a rel="next" href={pathWith(path, { ...query, cursor: listed.next_cursor })}>
          Next page
        </a>
      )}
    </nav>
  );
}

/** A form that changes something. `once`: for what must not happen twice when its button is pressed twice. */
export const PostForm: FC<{
  readonly action: string;
  readonly once?: boolean;
  readonly class?: string;
  readonly children?: Child;
}> = ({ action, once, class: name, children }) => (
  <form method="post" action={action} class={name}>
    <input type="hidden" name={CSRF_FIELD} value={useHere().csrf} />
    {once === true && <input type="hidden" name={ONCE_FIELD} value={crypto.randomUUID()} />}
    {children}
  </form>
);

/** A labelled field with its help and, after a try that was refused, what is wrong with it. */
export const Field: FC<{
  readonly name: string;
  readonly label: string;
  readonly help?: string | undefined;
  readonly fault?: string | undefined;
  /** The input itself, given the attributes that tie it to its label, help and fault. */
  readonly input: (tied: {
    readonly id: string;
    readonly name: string;
    readonly "aria-describedby": string | undefined;
    readonly "aria-invalid": "true" | undefined;
  }) => Child;
}> = ({ name, label, help, fault, input }) => {
  const id = `field-${name}`;
  const described = [
    help === undefined ? [] : [`${id}-help`],
    fault === undefined ? [] : [`${id}-fault`],
  ].flat();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {help !== undefined && (
        <p class="help" id={`${id}-help`}>
          {help}
        </p>
      )}
      {input({
        id,
        name,
        "aria-describedby": described.length === 0 ? undefined : described.join(" "),
        "aria-invalid": fault === undefined ? undefined : "true",
      })}
      {fault !== undefined && (
        <p class="fault" id={`${id}-fault`}>
          {fault}
        </p>
      )}
    </div>
  );
};

/** Copies `text` where script runs; without script the text stands there to be marked. */
export const Copy: FC<{ readonly text: string; readonly label?: string }> = ({ text, label }) => (
  <button type="button" class="quiet copy" data-copy={text} hidden>
    {label ?? "Copy"}
  </button>
);
