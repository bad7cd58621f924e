// A reconciliation as a statement: what came in, where each part of it is, and what nothing explains.

import type { FC } from "hono/jsx";
import { inr } from "../domain/money";
import { shownDate, shownDates } from "../domain/shown-time";
import type { ReconciliationJson } from "../http/reconciliation";
import { pathWith } from "./api";
import { Badge, Facts, Money } from "./parts";
import { COUNTS, RECONCILIATION_ROWS } from "./reconciliation-words";

export const Statement: FC<{ readonly found: ReconciliationJson }> = ({ found }) => {
  const { from, to, collected, rows, by } = found;
  const rest = rows.find(({ name }) => name === "unexplained")?.amount?.value ?? 0;
  const told = rows.filter(({ name }) => name !== "unexplained");
  return (
    <section class="card" aria-labelledby="statement">
      <div class="row apart">
        <h2 id="statement">{shownDates(from, to)}</h2>
        {rest === 0 ? (
          <Badge tone="good">Every rupee is explained</Badge>
        ) : (
          <Badge tone="bad">A rest is not explained</Badge>
        )}
      </div>
      <table class="statement">
        <caption class="hidden">Where the money of these days is</caption>
        <tbody>
          <tr class="total">
            <th scope="row">
              Collected
              <span class="small soft">
                {by === "payment_date" ? " paid by customers" : " in these transfers"}
              </span>
            </th>
            <td class="figure">
              <Money amount={collected} />
            </td>
          </tr>
          {told.map(({ name, amount }) => (
            <tr>
              <th scope="row">
                {RECONCILIATION_ROWS[name].label}
                <span class="small soft"> {RECONCILIATION_ROWS[name].means}</span>
              </th>
              <td class="figure">
                {amount === null ? (
                  <span class="small soft">{RECONCILIATION_ROWS[name].untold}</span>
                ) : (
                  <Money amount={amount} />
                )}
              </td>
            </tr>
          ))}
          <tr class="total">
            <th scope="row">All of these together</th>
            <td class="figure">
              <Money amount={inr(collected.value - rest)} />
            </td>
          </tr>
          <tr class={rest === 0 ? "total" : "total wrong"}>
            <th scope="row">
              Difference
              <span class="small soft"> {RECONCILIATION_ROWS.unexplained.means}</span>
            </th>
            <td class="figure">
              <Money amount={inr(rest)} />
            </td>
          </tr>
        </tbody>
      </table>
      {rest !== 0 && <Explained found={found} />}
      <Behind found={found} />
    </section>
  );
};

/** Where to look for what nothing explains. */
const Explained: FC<{ readonly found: ReconciliationJson }> = ({ found: { from, to, by } }) => (
  <div class="notice wait">
    <p class="title">What is behind the difference?</p>
    <ul>
      {by === "settlement_date" && (
        <li>
          <a href={pathWith("/console/settlements", { from, to, holds: "false" })}>
            Transfers of these days that do not add up
          </a>
        </li>
      )}
      <li>
        <a href={pathWith("/console/discrepancies", { from })}>
          Discrepancies that were found since {shownDate(from)}
        </a>
      </li>
      {by === "payment_date" && (
        <li>
          <a href={pathWith("/console/reconciliation/payments.csv", { from, to })}>
            All payments as a table (CSV)
          </a>
          : its column “unexplained” says of which payments it is
        </li>
      )}
    </ul>
  </div>
);

/** The pages behind the rows that have something to show, and what the figures rest on. */
const Behind: FC<{ readonly found: ReconciliationJson }> = ({ found }) => {
  const { rows, counts, other_business, by } = found;
  const links = rows.flatMap(({ name, amount }) =>
    (amount?.value ?? 0) === 0 ? [] : RECONCILIATION_ROWS[name].behind,
  );
  const shown = Object.entries(counts).flatMap(([name, count]) => {
    const label = Object.hasOwn(COUNTS, name) ? COUNTS[name] : undefined;
    const isTold = count !== 0 || name === "payments" || name === "settlements";
    return label !== undefined && isTold ? [[label, String(count)] as const] : [];
  });
  return (
    <>
      {links.length > 0 && (
        <p class="row">
          {links.map(({ href, label }) => (
            <a href={href}>{label}</a>
          ))}
        </p>
      )}
      <details>
        <summary>What these figures rest on</summary>
        <Facts
          rows={[
            ...shown,
            other_business === null || other_business.value === 0
              ? null
              : [
                  "Other business of this account, not in the sum",
                  <Money amount={other_business} />,
                ],
          ]}
        />
        {by === "settlement_date" && (
          <p class="small soft">Lines of other business are within these transfers.</p>
        )}
      </details>
    </>
  );
};
