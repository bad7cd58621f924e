/**
 * The shop's own system as a page and as routes: what it was told, what it did about it, and the trouble
 * that it can be put in.
 *
 *   POST /sandbox/receiver            the address that NOTIFY_URL names
 *   GET  /sandbox/receiver            the page
 *   GET  /sandbox/receiver/books      {trouble, received (newest first), effects}
 *   POST /sandbox/receiver/trouble    {mode, status?, retry_after?, wait_ms?, times?} (receiver.ts)
 */
import { Hono } from "hono";
import * as z from "zod";
import type { Books } from "./books";
import { renderPage } from "./page";
import { readBody } from "./read-body";
import type { Received, ReceiverTrouble } from "./receiver";

const modes: Readonly<Record<ReceiverTrouble["mode"], string>> = {
  ok: "works",
  fail: "answers 500",
  hang: "keeps the caller waiting",
  late: "does its work and answers too late",
  killed: "does its work and dies before it answers",
  gone: "answers 410: it wants no more",
};

function Trouble(props: { readonly trouble: ReceiverTrouble }) {
  return (
    <section>
      <h2>Make trouble</h2>
      <form method="post" action="/sandbox/receiver/mode">
        <label>
          The shop's system
          <select name="mode">
            {Object.entries(modes).map(([mode, label]) => (
              <option value={mode} selected={mode === props.trouble.mode}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <button>Apply</button>
      </form>
    </section>
  );
}

function Notifications(props: { readonly received: readonly Received[] }) {
  return (
    <section>
      <h2>The last hundred notifications</h2>
      {props.received.length === 0 ? <p>None yet.</p> : null}
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>Time</th>
              <th>Number</th>
              <th>Type</th>
              <th>Order</th>
              <th>Signature</th>
              <th>Answer</th>
            </tr>
          </thead>
          <tbody>
            {props.received.map((row) => (
              <tr>
                <td>{row.at}</td>
                <td>{row.seq}</td>
                <td>
                  {row.type}
                  <br />
                  <span class="id">{row.id}</span>
                  {row.known > 0 ? " (seen before, nothing to do)" : ""}
                </td>
                <td>
                  {row.order_id === null ? null : (
                    <a href={`/sandbox/view/orders/${row.order_id}`}>{row.order_id}</a>
                  )}
                </td>
                <td>{row.signature}</td>
                <td>{row.answered}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** Mount at `/sandbox/receiver`. */
export function receiverRoutes(books: Books): Hono {
  const app = new Hono();
  const { receiver } = books;
  app.post("/", (c) => receiver.receive(c.req.raw));
  app.get("/", () =>
    renderPage(
      "The shop's own system",
      <>
        <p>
          Chukta tells it what happens to its orders. It verifies each signature, and does its work
          once for each id however often it is told.
        </p>
        <Trouble trouble={receiver.trouble} />
        <Notifications received={receiver.listReceived()} />
      </>,
    ),
  );
  app.get("/books", () =>
    Response.json({
      trouble: receiver.trouble,
      received: receiver.listReceived(),
      effects: receiver.listEffects(),
    }),
  );
  app.post("/trouble", async (c) =>
    Response.json(receiver.makeTrouble(await readBody(c, z.unknown()))),
  );
  app.post("/mode", async (c) => {
    const { mode } = await c.req.parseBody();
    receiver.makeTrouble({ mode });
    return new Response(null, { status: 303, headers: { location: "/sandbox/receiver" } });
  });
  return app;
}
