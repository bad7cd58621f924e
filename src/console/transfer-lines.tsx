// The lines of a transfer: one for each payment that it pays, and for each that it takes something back of.

import { orderPath } from "./order-path";
import type { FC } from "hono/jsx";
import type { LineJson, WholeSettlementJson } from "../http/settlement-json";
import { pathTo } from "./api";
import { Day } from "./day";
import { Badge, type Column, Empty, Money, Pager, Table, Unknown } from "./parts";
import { LINE_ROLES, LINE_STATES } from "./settlement-words";

const COLUMNS: readonly Column<LineJson>[] = [
  { label: "Order and payment", cell: (line) => <OrderOf line={line} /> },
  { label: "What", cell: ({ role }) => <span class="whole">{LINE_ROLES[role ?? "unknown"]}</span> },
  { label: "Day", cell: ({ transaction_at }) => <Day at={transaction_at} /> },
  {
    label: "Amount",
    figure: true,
    cell: ({ gross, amount }) => <Money amount={gross ?? amount} />,
  },
  { label: "Kept back", figure: true, cell: ({ deductions }) => <Money amount={deductions} /> },
  { label: "Paid out", figure: true, cell: ({ net }) => <Money amount={net} /> },
  { label: "Payout", cell: (line) => <Payout line={line} /> },
];

export const TransferLines: FC<{ readonly transfer: WholeSettlementJson }> = ({
  transfer: { utr, lines, status },
}) => {
  const path = `/console${pathTo("settlements", utr)}`;
  return (
    <section class="stack" aria-labelledby="lines">
      <div class="row apart">
        <h2 id="lines">Its payments and refunds</h2>
        <a href={`${path}.csv`}>Download all lines as a table (CSV)</a>
      </div>
      {lines.data.length === 0 ? (
        <Empty title={status === "listed" ? "Its lines were not read yet" : "It has no lines"}>
          <p>
            The reports are read every hour. <a href="/console/settlements">Read them now</a>
          </p>
        </Empty>
      ) : (
        <Table caption="Lines of this transfer" columns={COLUMNS} rows={lines.data} />
      )}
      <Pager listed={lines} path={path} query={{}} />
    </section>
  );
};

const OrderOf: FC<{ readonly line: LineJson }> = ({ line }) => {
  const { state, home, order_id, transaction_id } = line;
  const isKnown = home !== null && state === "attributed";
  return (
    <div class="wide">
      {isKnown ? (
        <a class="id" href={orderPath(home)}>
          {order_id ?? home}
        </a>
      ) : (
        <Badge tone={LINE_STATES[state].tone}>{LINE_STATES[state].label}</Badge>
      )}
      <div class="soft">
        <code dir="auto">{transaction_id === "" ? "without an id" : transaction_id}</code>
      </div>
    </div>
  );
};

/** The gateway's own word. It writes "Success" where all is well. */
const Payout: FC<{ readonly line: LineJson }> = ({ line: { payout_status } }) => {
  if (payout_status === null) return <Unknown what="payout" />;
  const isDone = payout_status.trim().toUpperCase() === "SUCCESS";
  return (
    <Badge tone={isDone ? "good" : "wait"}>
      <span dir="auto">{isDone ? "Paid out" : shortened(payout_status)}</span>
    </Badge>
  );
};

const LONGEST = 40;

function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
