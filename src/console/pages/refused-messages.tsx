// The webhooks that the door did not take: what was wrong with them, what to do, and the doctor beside them.

import { Hono } from "hono";
import type { FC } from "hono/jsx";
import type { RefusalCode } from "../../domain/refusal";
import type { RefusalView } from "../../http/messages";
import { type Listed, pathTo } from "../api";
import { Doctor, NO_VISIT, type Visit, visitDoctor } from "../doctor";
import type { ConsoleContext, ConsoleDoor } from "../door";
import { failurePage } from "../failure";
import { page } from "../frame";
import { REFUSALS } from "../message-words";
import { type Column, Empty, Table, Time } from "../parts";

const ADDRESS = "/console/messages/refused";
const SHOWN = 50;

const COLUMNS: readonly Column<RefusalView>[] = [
  { label: "When", cell: ({ at }) => <Time at={at} /> },
  { label: "What was wrong", cell: (refusal) => <Wrong refusal={refusal} /> },
  {
    label: "Message",
    cell: ({ webhook_id }) =>
      webhook_id === null ? (
        <span class="soft">No id</span>
      ) : (
        <a class="id" href={`/console${pathTo("messages", webhook_id)}`}>
          {webhook_id}
        </a>
      ),
  },
  { label: "Size", figure: true, cell: ({ size }) => `${size.toLocaleString("en-IN")} bytes` },
];

export const refusedMessages = new Hono<ConsoleDoor>()
  .get(ADDRESS, (c) => refusedPage(c, NO_VISIT))
  .post(ADDRESS, async (c) => refusedPage(c, await visitDoctor(c.var.api, c.var.form)));

async function refusedPage(c: ConsoleContext, visit: Visit): Promise<Response> {
  const listed = await c.var.api.get<Listed<RefusalView>>("/v1/messages/refused");
  if (!listed.ok) return failurePage(c, listed.failure, "messages");
  const all = listed.value.data;
  const older = c.req.query("older") !== undefined;
  const rows = older ? all.slice(SHOWN) : all.slice(0, SHOWN);
  const status = visit.problem?.status ?? (visit.fault === null ? 200 : 422);
  return page(
    c,
    { title: "Refused messages", section: "messages", status },
    <>
      <div class="row apart">
        <h1>Refused messages</h1>
        <a href="/console/messages">Messages that were kept</a>
      </div>
      <p class="soft">
        The last hundred that the door did not take, newest first. Nothing was believed of them; an
        order that they were about is found out by asking the gateway.
      </p>
      <div class="columns">
        <div class="stack">
          {all.length === 0 ? (
            <Empty title="Nothing was refused">
              <p>Every webhook that came was in order, or none came.</p>
            </Empty>
          ) : (
            <>
              <Advice refusals={all} />
              <Table caption="Refused messages" columns={COLUMNS} rows={rows} />
              <Rest more={all.length > SHOWN} older={older} />
            </>
          )}
        </div>
        <Doctor visit={visit} action={ADDRESS} />
      </div>
    </>,
  );
}

const Rest: FC<{ readonly more: boolean; readonly older: boolean }> = ({ more, older }) => {
  if (!more) return null;
  return (
    <nav class="pager" aria-label="Pages">
      {older ? (
        <a href={ADDRESS}>Newest ones</a>
      ) : (
        <a rel="next" href={`${ADDRESS}?older=yes`}>
          Older ones
        </a>
      )}
    </nav>
  );
};

/** What to do, once for each kind that there is, the commonest first. */
const Advice: FC<{ readonly refusals: readonly RefusalView[] }> = ({ refusals }) => {
  const counts = new Map<RefusalCode, number>();
  for (const { code } of refusals) counts.set(code, (counts.get(code) ?? 0) + 1);
  const kinds = [...counts].toSorted(([, one], [, two]) => two - one);
  return (
    <section class="card" aria-labelledby="advice">
      <h2 id="advice">What to do</h2>
      {kinds.map(([code, count]) => (
        <div>
          <h3>{`${REFUSALS[code].label} (${count})`}</h3>
          <p>{REFUSALS[code].advice}</p>
        </div>
      ))}
    </section>
  );
};

const Wrong: FC<{ readonly refusal: RefusalView }> = ({ refusal }) => {
  const { code, skew_seconds, signature_valid, headers_present } = refusal;
  const own = headers_present.filter((name) => name.startsWith("webhook-"));
  const hints = [
    ...(skew_seconds === null ? [] : [skewText(skew_seconds)]),
    ...(signature_valid === true ? ["signed rightly"] : []),
    ...(code === "missing_header" && own.length > 0 ? [`had ${own.join(", ")}`] : []),
  ];
  return (
    <>
      {REFUSALS[code].label}
      {hints.length > 0 && <span class="soft small"> ({hints.join("; ")})</span>}
    </>
  );
};

function skewText(seconds: number): string {
  const size = Math.abs(seconds);
  const text = size < 120 ? `${size} seconds` : `${Math.round(size / 60)} minutes`;
  return seconds >= 0 ? `${text} old` : `${text} ahead`;
}
