// Where an order's money is on its way to the bank, and where two records of it differ.

import type { FC } from "hono/jsx";
import { severityOf } from "../domain/discrepancy";
import { inr } from "../domain/money";
import type { DiscrepancyView, OrderView } from "../domain/order-view";
import type { SettlementLineView } from "../domain/settlement-view";
import { pathTo } from "./api";
import { discrepancyWords, SEVERITY_WORDS } from "./discrepancy-words";
import { useMay } from "./here";
import { LINE_ROLES, SETTLEMENT_STAGES } from "./order-labels";
import { resolvePath } from "./order-path";
import { Badge, type Column, Facts, Money, Table, Time } from "./parts";
import { Some } from "./some";

const LINES: readonly Column<SettlementLineView>[] = [
  {
    label: "Transfer",
    cell: ({ utr }) => <a href={`/console${pathTo("settlements", utr)}`}>{utr}</a>,
  },
  { label: "What", cell: ({ role }) => LINE_ROLES[role] },
  { label: "Gross", figure: true, cell: ({ gross }) => <Money amount={gross} /> },
  { label: "Deducted", figure: true, cell: ({ deductions }) => <Money amount={deductions} /> },
  { label: "Net", figure: true, cell: ({ settled_amount }) => <Money amount={settled_amount} /> },
  { label: "At the bank", cell: ({ settled_at }) => <Time at={settled_at} /> },
];

export const Settlement: FC<{ readonly order: OrderView }> = ({ order: { settlement } }) => {
  if (settlement === null) return null;
  const { stage, lines, settled, pending, deductions, recovered, unexplained } = settlement;
  return (
    <section class="stack" aria-labelledby="settlement">
      <div class="row">
        <h2 id="settlement">Settlement</h2>
        {stage !== null && (
          <Badge tone={SETTLEMENT_STAGES[stage].tone}>{SETTLEMENT_STAGES[stage].label}</Badge>
        )}
      </div>
      <div class="card">
        <Facts
          rows={[
            ["At the bank", <Money amount={settled} />],
            ["Not at the bank yet", <Money amount={pending} />],
            ["Fees and taxes", <Money amount={deductions} />],
            recovered.value === 0 ? null : ["Chargebacks", <Money amount={recovered} />],
            unexplained.value === 0 ? null : ["Nothing explains", <Money amount={unexplained} />],
          ]}
        />
      </div>
      {lines.length > 0 && (
        <Some
          rows={lines}
          all="settlement"
          what="lines"
          show={(rows) => <Table caption="Lines of settlements" columns={LINES} rows={rows} />}
        />
      )}
    </section>
  );
};

export const Discrepancies: FC<{ readonly order: OrderView }> = ({ order }) => {
  const may = useMay("settlements");
  const open = order.discrepancies.filter(({ closed_at }) => closed_at === null);
  const closed = order.discrepancies.filter(({ closed_at }) => closed_at !== null);
  if (order.discrepancies.length === 0) return null;
  return (
    <section class="stack" aria-labelledby="discrepancies">
      <h2 id="discrepancies">Discrepancies</h2>
      {open.length === 0 && <p class="soft">None stands. Those that did are closed.</p>}
      <Some
        rows={[...open, ...closed]}
        all="discrepancies"
        what="discrepancies"
        show={(rows) => (
          <ul class="plain stack">
            {rows.map((row) => (
              <Difference order={order} row={row} may={may} />
            ))}
          </ul>
        )}
      />
    </section>
  );
};

const Difference: FC<{
  readonly order: OrderView;
  readonly row: DiscrepancyView;
  readonly may: boolean;
}> = ({ order, row, may }) => {
  const words = discrepancyWords(row.type);
  const { label, tone } = SEVERITY_WORDS[severityOf(row.type)];
  return (
    <li class="card">
      <div class="row apart">
        <h3>{words.label}</h3>
        {row.closed_at === null ? (
          <Badge tone={tone}>{label}</Badge>
        ) : (
          <Badge tone="plain">Closed</Badge>
        )}
      </div>
      <p>{words.means}</p>
      <p class="soft small">
        {row.amount !== null && (
          <>
            <Money amount={inr(row.amount)} />,{" "}
          </>
        )}
        {row.amount === null ? "First" : "first"} seen <Time at={row.first_seen_at} />
        {row.closed_at !== null && (
          <>
            , closed <Time at={row.closed_at} />
          </>
        )}
        {row.resolution !== null && (
          <span dir="auto">
            {" "}
            by {row.resolution.by}: {row.resolution.reason}
          </span>
        )}
      </p>
      {row.closed_at === null && may && (
        <p>
          <a class="more" href={resolvePath(order, row)}>
            Look at both sides of “{words.label}”
          </a>
        </p>
      )}
    </li>
  );
};
