/**
 * The page that `npm start` prints: make a link through the merchant's own API, then
 * follow it. It shows only what the two Workers really answered.
 */
import type { Books } from "./books";
import type { Link } from "./link";
import { formatAmount, renderPage } from "./page";

/** What the merchant's API answered when the start page made a link. */
export interface MadeLink {
  readonly payment_link_id: string;
  readonly verdict_url: string | null;
  readonly receipt_url: string | null;
}

function CreateForm() {
  return (
    <section>
      <h2>Make a payment link</h2>
      <form method="post" action="/sandbox/start/links">
        <label>
          Amount in rupees
          <input type="number" name="rupees" min="1" step="0.01" value="1000" required />
        </label>
        <label>
          Description
          <input type="text" name="description" value="Two kilos of Darjeeling tea" />
        </label>
        <label>
          <input type="checkbox" name="part_payment" value="yes" /> may be paid in parts
        </label>
        <label>
          <input type="checkbox" name="pre_auth" value="yes" /> hold the money only, capture later
          (pre-authorisation)
        </label>
        <button>Create payment link</button>
      </form>
    </section>
  );
}

function Made(props: { readonly link: Link; readonly made: MadeLink }) {
  const { link, made } = props;
  return (
    <section>
      <h2>Your link is ready</h2>
      <p>
        <a class="button" href={link.url}>
          Open the checkout
        </a>
      </p>
      <p>
        Then ask the Worker what is true:{" "}
        {made.verdict_url ? (
          <>
            <a href={made.verdict_url}>the verdict</a>,{" "}
          </>
        ) : null}
        <a href={`/sandbox/view/orders/${link.order_ids.at(-1) ?? link.id}`}>the order as JSON</a>
        {made.receipt_url ? (
          <>
            , <a href={made.receipt_url}>the receipt</a>
          </>
        ) : null}
        . On the other side, <a href={`/sandbox/dashboard/${link.id}`}>the gateway's dashboard</a>.
      </p>
    </section>
  );
}

function Option(props: { readonly value: string; readonly now: string; readonly label: string }) {
  return (
    <option value={props.value} selected={props.value === props.now}>
      {props.label}
    </option>
  );
}

/** The knobs that are worth turning by hand; `/sandbox/faults` has them all. */
function Knobs(props: { readonly books: Books }) {
  const { knobs } = props.books;
  const { webhooks } = knobs;
  const failing = knobs.answers.some(({ times }) => times !== 0) ? "on" : "off";
  return (
    <section>
      <h2>Make trouble</h2>
      <form method="post" action="/sandbox/start/knobs">
        <label>
          Webhooks
          <select name="webhooks">
            <Option value="send" now={webhooks.drop ? "drop" : "send"} label="are sent" />
            <Option value="drop" now={webhooks.drop ? "drop" : "send"} label="are dropped" />
          </select>
        </label>
        <label>
          Each webhook comes
          <select name="repeat">
            <Option value="0" now={String(webhooks.repeat)} label="once" />
            <Option value="4" now={String(webhooks.repeat)} label="five times" />
          </select>
        </label>
        <label>
          The gateway's API
          <select name="answers">
            <Option value="off" now={failing} label="answers" />
            <Option value="on" now={failing} label="answers 500 to everything" />
          </select>
        </label>
        <label>
          Refunds
          <select name="refunds">
            <Option value="process" now={knobs.refunds} label="are done at once" />
            <Option value="pending" now={knobs.refunds} label="stay pending" />
            <Option value="fail" now={knobs.refunds} label="fail later" />
            <Option value="refuse" now={knobs.refunds} label="are refused" />
          </select>
        </label>
        <button>Apply</button>
      </form>
    </section>
  );
}

function Links(props: { readonly links: readonly Link[] }) {
  return (
    <section>
      <h2>Links in the gateway's books</h2>
      {props.links.length === 0 ? <p>None yet.</p> : null}
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>Link</th>
              <th>Amount</th>
              <th>Status</th>
              <th>Go to</th>
            </tr>
          </thead>
          <tbody>
            {props.links.map((link) => (
              <tr>
                <td class="id">{link.id}</td>
                <td>{formatAmount(link.amount)}</td>
                <td>{link.status}</td>
                <td>
                  <a href={link.url}>checkout</a>{" "}
                  <a href={`/sandbox/dashboard/${link.id}`}>dashboard</a>{" "}
                  <a href={`/sandbox/view/orders/${link.order_ids.at(-1) ?? link.id}`}>order</a>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** The start page, with the link just made if there is one. */
export function startPage(books: Books, made?: MadeLink, problem?: string): Promise<Response> {
  const link = made ? books.store.findLink(made.payment_link_id) : undefined;
  return renderPage(
    "A payment link, from click to verdict",
    <>
      <p>
        Chukta runs here against a stand-in for Pine Labs Online. Make a link, pay it (or not), and
        see what Chukta says is true.
      </p>
      {problem ? (
        <section class="alert" role="alert">
          <h2>The Worker did not make the link</h2>
          <pre class="scroll">{problem}</pre>
        </section>
      ) : null}
      {made && link ? <Made link={link} made={made} /> : null}
      <CreateForm />
      <Links links={books.store.listLinks(20)} />
      <Knobs books={books} />
      <p>
        What the merchant's own system is told, and what becomes of it:{" "}
        <a href="/sandbox/receiver">the shop's notifications</a>.
      </p>
      <p class="dim">
        For scripts: <a href="/sandbox/books">the gateway's books</a>,{" "}
        <a href="/sandbox/webhooks">webhooks</a>, <a href="/sandbox/requests">API calls</a>,{" "}
        <a href="/sandbox/faults">all knobs</a>.
      </p>
    </>,
    problem ? 502 : 200,
  );
}
