// The top of an order's page: which it is, what to say on the phone, and its amounts.

import type { FC } from "hono/jsx";
import type { CommandView } from "../domain/command-view";
import type { OrderView } from "../domain/order-view";
import { phoneSentence } from "../domain/phone-sentence";
import { useHere } from "./here";
import { orderPath } from "./order-path";
import { Copy, Facts, Money, PostForm, StageBadge, Time } from "./parts";

export const OrderHead: FC<{ readonly order: OrderView }> = ({ order }) => (
  <div class="stack">
    <div class="row apart">
      <div class="row">
        <h1 dir="auto" class="order-name">
          {order.merchant_reference ?? order.id}
        </h1>
        <StageBadge stage={order.stage} />
      </div>
      <PostForm action={orderPath(order.id, "refresh")} class="row">
        <span class="soft small">
          Last heard of <Time at={order.checked_at} />
        </span>
        <button class="quiet">Ask the gateway now</button>
      </PostForm>
    </div>
    {order.description !== null && <Description text={order.description} />}
    {order.forgotten_at !== null && (
      <p class="notice">
        <span>
          The customer's data was removed on <Time at={order.forgotten_at} />.
        </span>
      </p>
    )}
  </div>
);

/** A description of the gateway's may be very long: the whole of it is one press away. */
const Description: FC<{ readonly text: string }> = ({ text }) =>
  text.length <= LONG ? (
    <p class="soft" dir="auto">
      {text}
    </p>
  ) : (
    <details>
      <summary dir="auto">{text.slice(0, LONG)}…</summary>
      <p class="soft" dir="auto">
        {text}
      </p>
    </details>
  );

const LONG = 200;

export const PhoneCard: FC<{
  readonly order: OrderView;
  readonly commands: readonly CommandView[];
}> = ({ order, commands }) => {
  const sentence = phoneSentence(order, useHere().zone, commands);
  return (
    <section class="card phone" aria-labelledby="phone">
      <div class="row apart">
        <h2 id="phone">To say on the phone</h2>
        <Copy text={sentence} label="Copy the sentence" />
      </div>
      <p data-announce="">{sentence}</p>
    </section>
  );
};

export const Amounts: FC<{ readonly order: OrderView }> = ({ order }) => {
  const { authorized, released, overpaid, capture_by } = order;
  return (
    <section class="card" aria-labelledby="amounts">
      <h2 id="amounts">Amounts</h2>
      <Facts
        rows={[
          ["Amount", <Money amount={order.amount} />],
          ["Taken", <Money amount={order.captured} />],
          ["Due", <Money amount={order.amount_due} />],
          authorized.value > 0 || order.pre_auth === true
            ? ["Held", <Money amount={authorized} />]
            : null,
          capture_by === null || authorized.value === 0
            ? null
            : ["Held until", <Time at={capture_by} />],
          released.value > 0 ? ["Released", <Money amount={released} />] : null,
          ["Refunded", <Money amount={order.refunded} />],
          ["Can be refunded", <Money amount={order.refundable} />],
          overpaid === null ? null : ["Paid too much", <Money amount={overpaid} />],
          ["Verified", VERIFIED[order.verified_by ?? "nobody"]],
        ]}
      />
    </section>
  );
};

const VERIFIED = {
  webhook: "By the gateway's webhook",
  inquiry: "Only by asking the gateway",
  nobody: "Not yet",
} as const;
