/**
 * What the customer sees behind the link: the amount, the ways to pay, and one button
 * for each way in which a payment can end. And the page after it, which carries the
 * signed redirect to the shop in a form POST, as the gateway does.
 */
import { type Instrument, instruments, labelOf, methodOf } from "./instruments";
import { amountDue, isOpen, type Link } from "./link";
import type { Order } from "./order";
import { formatAmount, renderPage } from "./page";
import type { Redirect } from "./redirect";

const hold: readonly Instrument[] = ["card", "points", "dcc"];

function offered(link: Link): Instrument[] {
  const allowed = link.allowed_payment_methods;
  const usable = instruments.filter((i) => allowed.length === 0 || allowed.includes(methodOf[i]));
  return link.pre_auth ? usable.filter((instrument) => hold.includes(instrument)) : usable;
}

function Methods(props: { readonly link: Link }) {
  return (
    <fieldset>
      <legend>Pay by</legend>
      {offered(props.link).map((instrument, index) => (
        <label>
          <input type="radio" name="instrument" value={instrument} checked={index === 0} />{" "}
          {labelOf[instrument]}
        </label>
      ))}
    </fieldset>
  );
}

function PayForm(props: { readonly link: Link }) {
  const { link } = props;
  return (
    <form method="post">
      <Methods link={link} />
      <button name="do" value="pay">
        {link.pre_auth ? "Authorise" : "Pay in full"}
      </button>
      {link.part_payment ? (
        <>
          <label>
            A part of it, in rupees
            <input type="number" name="rupees" min="1" step="0.01" max={amountDue(link) / 100} />
          </label>
          <button name="do" value="pay-part">
            Pay a part
          </button>
        </>
      ) : null}
      <p class="dim">Or it goes otherwise:</p>
      <button name="do" value="fail" class="stop">
        Fail
      </button>
      <button name="do" value="fail-final" class="stop">
        Fail for good
      </button>
      <button name="do" value="wait" class="quiet">
        Keep the bank waiting
      </button>
      <button name="do" value="abandon" class="quiet">
        Abandon
      </button>
    </form>
  );
}

/** A payment is with the bank: the person decides what the bank says. */
function BankForm() {
  return (
    <form method="post">
      <p>A payment is with the bank.</p>
      <button name="do" value="bank-yes">
        The bank says yes
      </button>
      <button name="do" value="bank-no" class="stop">
        The bank says no
      </button>
    </form>
  );
}

/** The checkout of one link. */
export function checkoutPage(link: Link, order: Order, notice?: string): Promise<Response> {
  const due = { value: amountDue(link), currency: link.amount.currency };
  const waiting = order.payments.some((payment) => payment.status === "PENDING");
  const description = link.echo["description"];
  return renderPage(
    "Checkout",
    <>
      {notice ? (
        <section class="alert" role="alert">
          {notice}
        </section>
      ) : null}
      <section>
        {typeof description === "string" ? <p>{description}</p> : null}
        <p class="big">{formatAmount(due)}</p>
        <p class="dim">
          of {formatAmount(link.amount)}, link {link.status}
          {isOpen(link) ? `, open until ${link.expire_by_text}` : null}
        </p>
        {waiting ? <BankForm /> : null}
        {!waiting && isOpen(link) ? <PayForm link={link} /> : null}
        {!waiting && !isOpen(link) ? <p>This link is {link.status} and takes no payment.</p> : null}
      </section>
      <p class="dim">
        <a href={`/sandbox/dashboard/${link.id}`}>The gateway's dashboard for this link</a>
      </p>
    </>,
  );
}

/** The way back to the shop; posts itself when script is on. */
export function returnPage(redirect: Redirect, status: string): Promise<Response> {
  return renderPage(
    "Back to the shop",
    <>
      <section>
        <p>
          The payment is <strong>{status}</strong>.
        </p>
        <form method="post" action={redirect.url} id="return">
          {Object.entries(redirect.fields).map(([name, value]) => (
            <input type="hidden" name={name} value={value} />
          ))}
          <button>Return to shop</button>
        </form>
      </section>
      <script dangerouslySetInnerHTML={{ __html: "document.getElementById('return').submit()" }} />
    </>,
  );
}

/** The customer closed the window. */
export function abandonedPage(link: Link): Promise<Response> {
  return renderPage(
    "You left the checkout",
    <section>
      <p>Nothing was paid, the shop was told nothing, and the link is {link.status}.</p>
      <a class="button" href={`/sandbox/checkout/${link.id}`}>
        Open the link again
      </a>
    </section>,
  );
}
