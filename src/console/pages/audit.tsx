// The audit: who did what, newest first. Nobody can change or remove a line of it.

import { orderPath } from "../order-path";
import { Hono } from "hono";
import type { AuditLine } from "../../domain/audit-line";
import { type Listed, pathTo } from "../api";
import { AUDIT_WORDS, DECISION_WORDS } from "../audit-labels";
import type { ConsoleDoor } from "../door";
import { failurePage, Trouble } from "../failure";
import { page } from "../frame";
import { type Column, Empty, Field, Money, Pager, Table, Time } from "../parts";
import { SettingsNav } from "../settings-nav";

const PATH = "/console/settings/audit";

const COLUMNS: readonly Column<AuditLine>[] = [
  { label: "When", cell: ({ at }) => <Time at={at} /> },
  { label: "Who", cell: ({ by }) => <span dir="auto">{by}</span> },
  {
    label: "What",
    cell: ({ action, decision }) => (
      <>
        {AUDIT_WORDS[action]}
        {decision !== null && `: ${DECISION_WORDS[decision]}`}
      </>
    ),
  },
  { label: "About", cell: (line) => about(line) },
  {
    label: "Amount",
    figure: true,
    cell: ({ amount }) => (amount === null ? "–" : <Money amount={amount} />),
  },
  {
    label: "Reason",
    cell: ({ reason }) => (reason === null ? "–" : <span dir="auto">{reason}</span>),
  },
];

export const audit = new Hono<ConsoleDoor>().get(PATH, async (c) => {
  const order_id = c.req.query("order_id")?.trim() ?? "";
  const query = { order_id, limit: 50, cursor: c.req.query("cursor") };
  const listed = await c.var.api.get<Listed<AuditLine>>("/v1/audit", query);
  const isRefused = !listed.ok && listed.failure.status === 400;
  if (!listed.ok && !isRefused) return failurePage(c, listed.failure, "settings");
  const shown = listed.ok ? listed.value : { data: [], next_cursor: null };
  return page(
    c,
    { title: "Audit", section: "settings", status: isRefused ? 400 : 200 },
    <>
      <h1>Audit</h1>
      <SettingsNav page="audit" />
      <p>
        Who asked for money, who decided about it, and who changed keys or the money switch. A line
        is here about a second after the deed, and nobody can change or remove it.
      </p>
      <form method="get" action={PATH} class="card filters" aria-label="Filter the audit">
        <Field
          name="order_id"
          label="Order id"
          fault={isRefused ? "This is not the id of an order." : undefined}
          input={(tied) => <input {...tied} value={order_id} maxlength={60} autocomplete="off" />}
        />
        <div class="row">
          <button>Show</button>
          {order_id !== "" && <a href={PATH}>Show all lines</a>}
        </div>
      </form>
      {!listed.ok && <Trouble problem={listed.failure} />}
      {listed.ok && shown.data.length === 0 && (
        <Empty title={order_id === "" ? "Nothing was done yet" : "Nothing about this order"}>
          <p>Refunds, captures, keys and the money switch are written down here.</p>
        </Empty>
      )}
      {shown.data.length > 0 && (
        <Table caption="Who did what, newest first" columns={COLUMNS} rows={shown.data} />
      )}
      <Pager listed={shown} path={PATH} query={{ order_id }} />
    </>,
  );
});

function about({ kind, order_id, reference, utr, key }: AuditLine) {
  if (key !== undefined) return <span dir="auto">{key.name}</span>;
  if (order_id !== null) return <a href={orderPath(order_id)}>{order_id}</a>;
  if (utr !== undefined)
    return <a href={`/console${pathTo("settlements", utr)}`}>Transfer {utr}</a>;
  if (kind === "money") return "All money";
  return reference === null ? "–" : <span class="id">{reference}</span>;
}
