/**
 * The gateway's own dashboard for one link: what its books say, the buttons with which
 * an operator there captures, voids and refunds, the settlements, and the webhooks that were sent.
 */
import type { Books } from "./books";
import type { Message } from "./mailroom";
import type { Link } from "./link";
import type { Order, Payment } from "./order";
import { amountDue, isOpen } from "./link";
import { authorizedOf, capturedOf, refundedOf } from "./order";
import { ActionButton, formatAmount, renderPage } from "./page";
import { SettlementsSection } from "./settlements-section";

const inr = (value: number): string => formatAmount({ value, currency: "INR" });

function AmountForm(props: {
  readonly to: string;
  readonly action: string;
  readonly label: string;
  readonly most: number;
}) {
  return (
    <form method="post" action={props.to} class="row">
      <input type="hidden" name="do" value={props.action} />
      <label>
        {props.label}, in rupees
        <input type="number" name="rupees" min="1" step="0.01" value={props.most / 100} />
      </label>
      <button>{props.label}</button>
    </form>
  );
}

function Payments(props: { readonly payments: readonly Payment[] }) {
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Payment</th>
            <th>Method</th>
            <th>Amount</th>
            <th>Status</th>
          </tr>
        </thead>
        <tbody>
          {props.payments.map((payment) => (
            <tr>
              <td class="id">{payment.id}</td>
              <td>{payment.method}</td>
              <td>{formatAmount(payment.amount)}</td>
              <td>
                {payment.status}
                {payment.error ? ` (${payment.error.code})` : ""}
                {payment.captures.map(({ capture_amount }) => (
                  <>, capture of {formatAmount(capture_amount)}</>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function OrderSection(props: { readonly order: Order; readonly refunds: readonly Order[] }) {
  const { order, refunds } = props;
  const to = `/sandbox/dashboard/orders/${order.id}`;
  const left = capturedOf(order) - refundedOf(refunds, true);
  const refundable = ["PROCESSED", "PARTIALLY_REFUNDED", "PARTIALLY_CAPTURED"];
  return (
    <section>
      <h2>
        Order <span class="id">{order.id}</span>: {order.status}
      </h2>
      <p class="dim">
        held {inr(authorizedOf(order))}, captured {inr(capturedOf(order))}, refunded{" "}
        {inr(refundedOf(refunds))}, refunds under way{" "}
        {inr(refundedOf(refunds, true) - refundedOf(refunds))}
      </p>
      <Payments payments={order.payments} />
      {order.status === "AUTHORIZED" ? (
        <>
          <AmountForm to={to} action="capture" label="Capture" most={authorizedOf(order)} />
          <ActionButton to={to} label="Void" kind="stop" fields={{ do: "void" }} />
        </>
      ) : null}
      {refundable.includes(order.status) && left > 0 ? (
        <AmountForm to={to} action="refund" label="Refund" most={left} />
      ) : null}
      {refunds.map((refund) => (
        <div>
          Refund <span class="id">{refund.id}</span>: {formatAmount(refund.amount)}, {refund.status}
          {refund.status === "PENDING" ? (
            <>
              <ActionButton
                to={`/sandbox/dashboard/orders/${refund.id}`}
                label="Finish this refund"
                fields={{ do: "end-refund" }}
              />
              <ActionButton
                to={`/sandbox/dashboard/orders/${refund.id}`}
                label="Let it fail"
                kind="stop"
                fields={{ do: "end-refund", status: "FAILED" }}
              />
            </>
          ) : null}
        </div>
      ))}
    </section>
  );
}

function Webhooks(props: { readonly link: Link; readonly messages: readonly Message[] }) {
  return (
    <section>
      <h2>Webhooks</h2>
      {props.messages.length === 0 ? <p>None yet.</p> : null}
      <div class="scroll">
        <table>
          <tbody>
            {props.messages.map((message) => (
              <tr>
                <td>
                  {message.event}
                  <br />
                  <span class="id">{message.id}</span>
                </td>
                <td>
                  {message.state}, answers:{" "}
                  {message.attempts.map(({ status }) => status ?? "none").join(", ") || "none yet"}
                </td>
                <td>
                  <ActionButton
                    to={`/sandbox/dashboard/webhooks/${message.id}`}
                    label="Deliver again"
                    kind="quiet"
                    fields={{ link: props.link.id }}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** The link, its orders and refunds, and the webhooks about them. */
export function dashboardPage(books: Books, link: Link, notice?: string): Promise<Response> {
  const orders = link.order_ids.flatMap((id) => books.store.findOrder(id) ?? []);
  const withRefunds = orders.map((order) => ({
    order,
    refunds: books.store.listRefunds(order.id),
  }));
  const ids = [link.id, ...withRefunds.flatMap((o) => [o.order.id, ...o.refunds.map((r) => r.id)])];
  const messages = books.mailroom.listAbout(ids);
  return renderPage(
    "The gateway's dashboard",
    <>
      {notice ? (
        <section class="alert" role="alert">
          {notice}
        </section>
      ) : null}
      <section>
        <h2>
          Link <span class="id">{link.id}</span>: {link.status}
        </h2>
        <p>
          {formatAmount(link.amount)}, due {inr(amountDue(link))}, reference {link.reference}
        </p>
        <div class="row">
          <a class="button" href={link.url}>
            Open the checkout
          </a>
          {isOpen(link) ? (
            <ActionButton
              to={`/sandbox/dashboard/${link.id}`}
              label="Let it expire now"
              kind="stop"
              fields={{ do: "expire" }}
            />
          ) : null}
        </div>
      </section>
      {withRefunds.map(({ order, refunds }) => (
        <OrderSection order={order} refunds={refunds} />
      ))}
      <SettlementsSection books={books} link={link} />
      <Webhooks link={link} messages={messages} />
    </>,
  );
}
