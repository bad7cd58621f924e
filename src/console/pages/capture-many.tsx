// Several captures: the question with every order and the sum, then a page that fills with each end as it comes.
// The question's address holds the batch: later it shows how each ended, and begins only what was not begun.

import { Hono } from "hono";
import type { Child, FC } from "hono/jsx";
import { isReference } from "../../domain/ids";
import { formatAmount } from "../../domain/money-format";
import { shownTime } from "../../domain/shown-time";
import { millisecondsOf } from "../../domain/time";
import { forbiddenPage } from "../refused";
import { pathWith } from "../api";
import { BatchLine, BatchSum, OrderLink, Step } from "../batch-parts";
import { type Entry, idsOf, readBatch, runBatch, sumOf } from "../capture-batch";
import type { ConsoleContext, ConsoleDoor } from "../door";
import { page } from "../frame";
import { renderFor, useHere } from "../here";
import { AmountTwice } from "../order-words";
import { Facts, Money, PostForm, Table } from "../parts";
import { markOf } from "../seen";
import { STREAM_HERE, streamInto } from "../stream";

const PATH = "/console/uncaptured/capture";
const OPTIONS = { title: "Capture held money", section: "uncaptured" } as const;

export const captureMany = new Hono<ConsoleDoor>()
  .get(PATH, async (c) => {
    if (!c.var.here.scopes.has("capture")) return forbiddenPage(c, "uncaptured");
    const name = c.req.query("batch") ?? "";
    const ids = idsOf(c.req.queries("order") ?? []);
    if (!isReference(name) || ids.length === 0) return c.redirect("/console/uncaptured", 303);
    const entries = await readBatch(c, { name, ids });
    const isBegun = entries.some(({ row }) => row.kind === "ended");
    const isOurs = (await markOf(c.var.here.csrf, [name, ...ids])) === c.req.query("mark");
    // Only who came here from our own list is asked; what a batch came to, anybody may see who may capture.
    if (!isBegun && !isOurs) return c.redirect("/console/uncaptured", 303);
    const body = isBegun ? (
      <Begun name={name} entries={entries} mayGoOn={isOurs} />
    ) : (
      <Question name={name} entries={entries} />
    );
    return page(c, OPTIONS, body);
  })
  .post(PATH, async (c) => {
    if (!c.var.here.scopes.has("capture")) return forbiddenPage(c, "uncaptured");
    const { form } = c.var;
    const name = form.text("batch");
    const seen = new Map(form.all("item").flatMap((item) => itemOf(item)));
    const ids = idsOf([...seen.keys()]);
    if (!isReference(name) || ids.length === 0) return c.redirect("/console/uncaptured", 303);
    const whole = page(
      c,
      OPTIONS,
      <>
        <h1>Capturing</h1>
        <p>
          Each order stands here as soon as it has ended. You may leave this page: what was begun is
          not lost, and <a href={addressIn(form.text("address"))}>this page</a> shows it later.
        </p>
        <div class="lines">
          <i id={STREAM_HERE}></i>
        </div>
        <p>
          <a class="button" href="/console/uncaptured">
            Back to Uncaptured
          </a>
        </p>
      </>,
    );
    return streamInto(c, whole, async (write) => {
      const entries: Entry[] = [];
      write(shown(c, <Step done={0} all={ids.length} />));
      await runBatch(c, { name, ids }, seen, (entry) => {
        entries.push(entry);
        write(shown(c, <BatchLine {...entry} />));
        write(shown(c, <Step done={entries.length} all={ids.length} />));
      });
      write(shown(c, <BatchSum entries={entries} address={addressIn(form.text("address"))} />));
    });
  });

/** A part of a page outside of its page. */
function shown(c: ConsoleContext, part: Child): string {
  return renderFor(c.var.here, part);
}

/** "order~paisa" of a form of ours. */
function itemOf(item: string): readonly (readonly [string, number])[] {
  const [id = "", paisa = ""] = item.split("~");
  return /^\d{1,15}$/.test(paisa) ? [[id, Number(paisa)]] : [];
}

/** The question's own address, as its form has it. */
function addressIn(text: string): string {
  return text.startsWith(`${PATH}?`) ? text : PATH;
}

const Question: FC<{ readonly name: string; readonly entries: readonly Entry[] }> = ({
  name,
  entries,
}) => {
  const { zone } = useHere();
  const ready = entries.flatMap(({ id, row }) => (row.kind === "ready" ? [{ id, ...row }] : []));
  const others = entries.filter(({ row }) => row.kind !== "ready");
  const sum = sumOf(entries, ["ready"]);
  return (
    <>
      <h1>
        Capture {ready.length} {ready.length === 1 ? "order" : "orders"}
      </h1>
      {ready.length > 0 && (
        <>
          <div class="card batch">
            <Facts
              rows={[
                ["Orders", String(ready.length)],
                ["Taken from customers, together", <AmountTwice amount={sum} />],
              ]}
            />
            <p>
              Of each, all that is held is captured.{" "}
              <strong>A capture can not be taken back</strong>: the money can only be refunded then.
            </p>
            <BeginForm name={name} entries={entries} label={`Capture ${formatAmount(sum)} now`} />
          </div>
          <Table
            caption="Orders to be captured"
            columns={[
              {
                label: "Order",
                cell: ({ id, held }) => (
                  <span dir="auto">
                    <OrderLink id={id} order={held.order} />
                  </span>
                ),
              },
              { label: "Amount", figure: true, cell: ({ amount }) => <Money amount={amount} /> },
              {
                label: "Deadline",
                cell: ({ held }) => {
                  const deadline = millisecondsOf(held.order.capture_by);
                  return deadline === null ? "Not known" : shownTime(deadline, zone);
                },
              },
            ]}
            rows={ready}
          />
        </>
      )}
      {others.length > 0 && (
        <section class="stack">
          <h2>Left out</h2>
          <div class="lines">
            {others.map((entry) => (
              <BatchLine {...entry} />
            ))}
          </div>
        </section>
      )}
    </>
  );
};

/** What the batch came to so far, and the way to go on with what was not begun. */
const Begun: FC<{
  readonly name: string;
  readonly entries: readonly Entry[];
  readonly mayGoOn: boolean;
}> = ({ name, entries, mayGoOn }) => {
  const left = sumOf(entries, ["ready"]);
  return (
    <>
      <h1>Captures</h1>
      <BatchSum entries={entries} address={useHere().address} />
      <div class="lines">
        {entries.map((entry) => (
          <BatchLine {...entry} />
        ))}
      </div>
      {mayGoOn && left.value > 0 && (
        <div class="card">
          <h2>Not all were begun</h2>
          <p>
            Together they hold <Money amount={left} />. Those that were begun are not sent again.
          </p>
          <BeginForm name={name} entries={entries} label={`Capture ${formatAmount(left)} now`} />
        </div>
      )}
      <p>
        <a class="button" href="/console/uncaptured">
          Back to Uncaptured
        </a>
      </p>
    </>
  );
};

const BeginForm: FC<{
  readonly name: string;
  readonly entries: readonly Entry[];
  readonly label: string;
}> = ({ name, entries, label }) => (
  <PostForm action={PATH} class="stack">
    <input type="hidden" name="batch" value={name} />
    <input type="hidden" name="address" value={useHere().address} />
    {entries.map(({ id, row }) => (
      <input
        type="hidden"
        name="item"
        value={`${id}~${row.kind === "ready" ? row.amount.value : 0}`}
      />
    ))}
    <div class="row">
      <button class="danger">{label}</button>
      <a class="away" href={pathWith("/console/uncaptured", {})}>
        Back to Uncaptured
      </a>
    </div>
  </PostForm>
);
