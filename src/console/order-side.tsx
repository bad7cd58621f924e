// What stands beside an order: its link, who delivers it, its receipt, its reminders, who paid, and what the
// merchant wrote with it.

import type { FC } from "hono/jsx";
import type { Json, JsonObject } from "../domain/json";
import type { LinkView, OrderView } from "../domain/order-view";
import type { ReceiptView } from "../http/order-receipt";
import { useMay } from "./here";
import { CLAIMS, DELIVERY, MAILS, ORIGINS, REMINDERS, spokenType, stateWord } from "./order-labels";
import { orderPath } from "./order-path";
import { Badge, Copy, Facts, Money, PostForm, Time } from "./parts";

export const Links: FC<{ readonly order: OrderView }> = ({ order: { link, links } }) => {
  if (link === null) return null;
  const earlier = links.filter(({ payment_link_id }) => payment_link_id !== link.payment_link_id);
  return (
    <section class="card" aria-labelledby="link">
      <h2 id="link">Payment link</h2>
      <OneLink link={link} />
      {earlier.length > 0 && (
        <details>
          <summary>
            {earlier.length} earlier {earlier.length === 1 ? "link" : "links"} of this order
          </summary>
          <ol class="plain stack">
            {earlier.map((one) => (
              <li>
                <OneLink link={one} />
              </li>
            ))}
          </ol>
        </details>
      )}
    </section>
  );
};

const OneLink: FC<{ readonly link: LinkView }> = ({ link }) => {
  const { label, tone } = stateWord("link", link.status);
  return (
    <div class="stack">
      <Facts
        rows={[
          ["State", <Badge tone={tone}>{label}</Badge>],
          ["Amount", <Money amount={link.amount} />],
          ["Due", <Money amount={link.amount_due} />],
          ["Can be paid until", <Time at={link.expire_by} />],
          ["Link id", <span class="id">{link.payment_link_id}</span>],
        ]}
      />
      {link.payment_link !== null && (
        <div class="row">
          <a class="more" href={link.payment_link} rel="noreferrer">
            Open the payment page
          </a>
          <Copy text={link.payment_link} label="Copy the link" />
        </div>
      )}
    </div>
  );
};

export const Fulfillment: FC<{ readonly order: OrderView }> = ({ order }) => {
  const may = useMay("fulfill");
  const { state, by, at, claim_id, note, claims } = order.fulfillment;
  // Nobody asks who delivers what was never claimed: the checklist says how it stands.
  if (state === "open" && claims.length === 0) return null;
  const live = claims.find((claim) => claim.claim_id === claim_id);
  const canEnd = may && claim_id !== null && (state === "claimed" || state === "claim_over");
  return (
    <section class="card" aria-labelledby="delivery">
      <h2 id="delivery">Delivery</h2>
      <Facts
        rows={[
          ["State", <Badge tone={DELIVERY[state].tone}>{DELIVERY[state].label}</Badge>],
          by === null ? null : ["By", <span dir="auto">{by}</span>],
          at === null ? null : ["Since", <Time at={at} />],
          state === "claimed" && live !== undefined
            ? ["Holds it until", <Time at={live.until} />]
            : null,
          note === null ? null : ["Note", <span dir="auto">{note}</span>],
        ]}
      />
      {canEnd && (
        <div class="row">
          <ClaimForm order={order} claim_id={claim_id} state="done" button="It was delivered" />
          <ClaimForm
            order={order}
            claim_id={claim_id}
            state="released"
            button="It was not: give it back"
          />
        </div>
      )}
      {claims.length > 1 && (
        <details>
          <summary>All {claims.length} who were to deliver it</summary>
          <ol class="plain">
            {claims.slice(-25).map((claim) => (
              <li>
                <span dir="auto">{claim.by}</span>, <Time at={claim.granted_at} />:{" "}
                {CLAIMS[claim.state]}
              </li>
            ))}
          </ol>
        </details>
      )}
    </section>
  );
};

const ClaimForm: FC<{
  readonly order: OrderView;
  readonly claim_id: string;
  readonly state: "done" | "released";
  readonly button: string;
}> = ({ order, claim_id, state, button }) => (
  <PostForm action={orderPath(order.id, "claim")}>
    <input type="hidden" name="claim_id" value={claim_id} />
    <input type="hidden" name="state" value={state} />
    <button class="button quiet">{button}</button>
  </PostForm>
);

export const Receipt: FC<{ readonly order: OrderView; readonly receipt: ReceiptView | null }> = ({
  order,
  receipt,
}) => {
  const may = useMay("fulfill");
  if (receipt === null || !receipt.ready) return null;
  const { receipt_url, handed_over, email } = receipt;
  return (
    <section class="card" aria-labelledby="receipt">
      <h2 id="receipt">Receipt</h2>
      <Facts
        rows={[
          [
            "The customer has it",
            handed_over === null ? "Not that we know" : <Time at={handed_over.at} />,
          ],
          email === null
            ? null
            : ["E-mail", <Badge tone={MAILS[email.state].tone}>{MAILS[email.state].label}</Badge>],
          email === null || email.next_try_at === null
            ? null
            : ["Tried again on", <Time at={email.next_try_at} />],
        ]}
      />
      <div class="row">
        <a class="more" href={receipt_url} rel="noreferrer">
          Open the receipt
        </a>
        <Copy text={receipt_url} label="Copy its address" />
        {may && (
          <PostForm action={orderPath(order.id, "receipt")}>
            <button class="button quiet">
              {email === null ? "Send it by e-mail" : "Send it again"}
            </button>
          </PostForm>
        )}
      </div>
    </section>
  );
};

export const Reminders: FC<{ readonly order: OrderView }> = ({ order: { reminders } }) =>
  reminders.length === 0 ? null : (
    <section class="card" aria-labelledby="reminders">
      <h2 id="reminders">Reminders</h2>
      <Facts
        rows={reminders.map(({ number, due_at, sent_at, result }) => [
          `Reminder ${number}`,
          <>
            {result === null ? (due_at === null ? "Has no moment" : "Goes out") : REMINDERS[result]}{" "}
            {(sent_at ?? due_at) !== null && <Time at={sent_at ?? due_at} />}
          </>,
        ])}
      />
    </section>
  );

export const Customer: FC<{ readonly order: OrderView }> = ({ order: { customer } }) => {
  const isWhole = useMay("customer");
  if (customer === null) return null;
  return (
    <section class="card" aria-labelledby="customer">
      <h2 id="customer">Customer</h2>
      {!isWhole && <p class="soft small">Your role sees customers masked.</p>}
      <Pairs pairs={customer} labelOf={(name) => CUSTOMER.get(name) ?? spokenType(name)} />
    </section>
  );
};

const CUSTOMER: ReadonlyMap<string, string> = new Map([
  ["email_id", "E-mail"],
  ["mobile_number", "Phone"],
  ["country_code", "Country code"],
  ["customer_id", "The gateway's id"],
  ["merchant_customer_reference", "Your reference"],
]);

export const Metadata: FC<{ readonly order: OrderView }> = ({ order: { merchant_metadata } }) => {
  // What stands there of ours says nothing to a person.
  const own = Object.entries(merchant_metadata).filter(([name]) => !name.startsWith("chukta_"));
  return own.length === 0 ? null : (
    <section class="card" aria-labelledby="metadata">
      <h2 id="metadata">What you wrote with it</h2>
      <Pairs pairs={Object.fromEntries(own)} labelOf={(name) => name} />
    </section>
  );
};

/** Somebody's own names and texts: as they are, the long ones folded. */
const Pairs: FC<{
  readonly pairs: JsonObject;
  readonly labelOf: (name: string) => string;
}> = ({ pairs, labelOf }) => (
  <Facts
    rows={Object.entries(pairs)
      .filter(([, value]) => value !== null && value !== "")
      .slice(0, MOST_PAIRS)
      .map(([name, value]) => [labelOf(name), <Value value={value} />])}
  />
);

const MOST_PAIRS = 50;
const LONG = 200;

const Value: FC<{ readonly value: Json }> = ({ value }) => {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length <= LONG ? (
    <span dir="auto">{text}</span>
  ) : (
    <details>
      <summary dir="auto">{text.slice(0, LONG)}…</summary>
      <span dir="auto">{text}</span>
    </details>
  );
};

export const Ids: FC<{ readonly order: OrderView }> = ({ order }) => (
  <section class="card" aria-labelledby="ids">
    <h2 id="ids">Names of this order</h2>
    <Facts
      rows={[
        order.merchant_reference === null
          ? null
          : [
              "Your reference",
              <span class="id" dir="auto">
                {order.merchant_reference}
              </span>,
            ],
        ...order.order_ids
          .slice(0, 25)
          .map((id) => ["Gateway's order", <span class="id">{id}</span>] as const),
        ["Came by", ORIGINS[order.origin]],
        ["Known since", <Time at={order.created_at} />],
        ["Last changed", <Time at={order.updated_at} />],
      ]}
    />
  </section>
);
