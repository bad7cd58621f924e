// Held money: capture it, all or a part, with what is released for ever named; or let all of it go.

import { shorten } from "../short";
import { orderPath } from "../order-path";
import type { Child, FC } from "hono/jsx";
import type { CommandView } from "../../domain/command-view";
import { formatAmount } from "../../domain/money-format";
import type { Amount } from "../../domain/money";
import type { OrderView } from "../../domain/order-view";
import { success } from "../../domain/result";
import { type Action, actionPages } from "../action";
import {
  AMOUNT_FIELDS,
  AmountChoice,
  parseAmount,
  reasonFault,
  ReasonField,
} from "../amount-field";
import { pathTo } from "../api";
import { doneBy, outcomeUnder } from "../command-outcome";
import type { ConsoleContext } from "../door";
import { type Held, heldOf, releasedBy } from "../held";
import { addressOf, AmountTwice, customerText, nameOf, wayBack } from "../order-words";
import { Facts, Money, Time } from "../parts";
import type { Seen } from "../seen";
import { misread } from "../typed";

interface CaptureWish {
  readonly amount: Amount;
  /** Given back to the customer for ever. */
  readonly released: Amount;
  readonly reason: string | null;
}

interface VoidWish {
  readonly amount: Amount;
  readonly reason: string | null;
}

const captureAction: Action<Held, CaptureWish> = {
  path: "/console/orders/:id/capture",
  section: "orders",
  scope: () => "capture",
  prefix: "cp",
  fields: [...AMOUNT_FIELDS, "reason"],
  read: readHeld,
  title: ({ order }) => `Capture ${shorten(nameOf(order))}`,
  back: ({ order }) => ({ href: addressOf(order), label: "Back to the order" }),
  obstacle: (held) => obstacleOf(held, "capture"),
  seen: seenOf,
  parse: (typed, { amount: held }) => {
    if (held === null) return misread({ what: "Choose the order first." });
    const amount = parseAmount(typed, { all: held, most: held });
    const reason = typed["reason"] ?? "";
    const faults = { ...(amount.ok ? {} : amount.failure.faults), ...reasonFault(reason, false) };
    if (!amount.ok || Object.keys(faults).length > 0) return misread(faults);
    const released = releasedBy(held, amount.value);
    return success({ amount: amount.value, released, reason: reason === "" ? null : reason });
  },
  Fields: ({ now: { amount, order }, typed, faults }) =>
    amount === null ? null : (
      <>
        <HeldFacts order={order} amount={amount} />
        <AmountChoice
          legend="How much to take"
          allLabel="All that is held"
          partLabel="A part of it"
          all={amount}
          most={amount}
          typed={typed}
          faults={faults}
        />
        <p class="notice wait">
          There is one capture only. What you do not take now is released for ever: it goes back to
          the customer and can not be captured later.
        </p>
        <ReasonField typed={typed} faults={faults} help="For yourselves. Up to 500 characters." />
      </>
    ),
  Question: ({ now: { order }, wish }) => (
    <>
      <Facts
        rows={[
          ["Taken from the customer", <AmountTwice amount={wish.amount} />],
          wish.released.value === 0
            ? null
            : ["Released for ever", <AmountTwice amount={wish.released} />],
          ...whose(order),
          wish.reason === null ? null : ["Reason", <span dir="auto">{wish.reason}</span>],
        ]}
      />
      {wish.released.value === 0 ? (
        <p>
          <strong>A capture can not be taken back.</strong> The money can only be refunded then.
        </p>
      ) : (
        <p class="notice bad">
          <strong>
            {formatAmount(wish.released)} is released for ever and can not be captured later.
          </strong>{" "}
          It goes back to the customer.
        </p>
      )}
    </>
  ),
  confirm: ({ amount, released }) =>
    released.value === 0
      ? `Capture ${formatAmount(amount)} now`
      : `Capture ${formatAmount(amount)}, release ${formatAmount(released)}`,
  used: async (c, { order }, { reference }) => outcomeUnder(c, order, "capture", reference),
  perform: async (c, { order, target, amount }, wish, reference) => {
    const body = {
      amount: wish.amount,
      ...expectOf(amount),
      ...(wish.reason === null ? {} : { reason: wish.reason }),
    };
    const path = `/v1${pathTo("orders", target, "capture")}`;
    const sent = await c.var.api.send<CommandView>("POST", path, body, reference);
    return sent.ok ? doneBy(order, sent.value) : sent;
  },
};

const voidAction: Action<Held, VoidWish> = {
  path: "/console/orders/:id/void",
  section: "orders",
  scope: () => "capture",
  prefix: "vd",
  fields: ["reason"],
  read: readHeld,
  title: ({ order }) => `Release the money of ${shorten(nameOf(order))}`,
  back: ({ order }) => ({ href: addressOf(order), label: "Back to the order" }),
  obstacle: (held) => obstacleOf(held, "void"),
  seen: seenOf,
  parse: (typed, { amount }) => {
    const reason = typed["reason"] ?? "";
    const faults = reasonFault(reason, false);
    if (amount === null || Object.keys(faults).length > 0) return misread(faults);
    return success({ amount, reason: reason === "" ? null : reason });
  },
  Fields: ({ now: { amount, order }, typed, faults }) =>
    amount === null ? null : (
      <>
        <HeldFacts order={order} amount={amount} />
        <p>All of it goes back to the customer. Nothing of it can be captured afterwards.</p>
        <ReasonField typed={typed} faults={faults} help="For yourselves. Up to 500 characters." />
      </>
    ),
  Question: ({ now: { order }, wish }) => (
    <>
      <Facts
        rows={[
          ["Released for ever", <AmountTwice amount={wish.amount} />],
          ...whose(order),
          wish.reason === null ? null : ["Reason", <span dir="auto">{wish.reason}</span>],
        ]}
      />
      <p class="notice bad">
        <strong>
          {formatAmount(wish.amount)} is released for ever and can not be captured later.
        </strong>{" "}
        If you still need it, the customer has to pay again.
      </p>
    </>
  ),
  confirm: ({ amount }) => `Release ${formatAmount(amount)} now`,
  // The hold is released once, whoever asks how often: the API finds the earlier one by itself.
  used: async () => null,
  perform: async (c, { order, target, amount }, { reason }) => {
    const path = `/v1${pathTo("orders", target, "void")}`;
    const body = { ...expectOf(amount), ...(reason === null ? {} : { reason }) };
    const sent = await c.var.api.send<CommandView>("POST", path, body);
    return sent.ok ? doneBy(order, sent.value) : sent;
  },
};

export const capture = actionPages(captureAction);
export const release = actionPages(voidAction);

async function readHeld(c: ConsoleContext) {
  const id = c.req.param("id") ?? "";
  const order = await c.var.api.get<OrderView>(`/v1${pathTo("orders", id)}`);
  return order.ok ? success(heldOf(order.value, id)) : order;
}

/** The gateway's order too: as much may be held again, by another payment. */
function seenOf({ amount, target }: Held): Seen {
  return [
    ["Held", amount === null ? "of several orders" : formatAmount(amount)],
    ["By the gateway's order", target],
  ];
}

function expectOf(authorized: Amount | null) {
  return authorized === null ? {} : { expect: { authorized } };
}

function obstacleOf({ order, amount, order_ids }: Held, what: "capture" | "void"): Child | null {
  if (amount === null) {
    return (
      <>
        <p>Several orders of the gateway hold money. Choose which one is meant:</p>
        <ul>
          {order_ids.map((id) => (
            <li>
              <a href={orderPath(id, what)}>
                {id}: <Money amount={heldOf(order, id).amount} />
              </a>
            </li>
          ))}
        </ul>
      </>
    );
  }
  if (amount.value > 0) return null;
  if (order.stage === "voided" || order.released.value > 0) {
    return <p>Nothing is held any more: the money was released and is the customer's again.</p>;
  }
  if ((order.captured?.value ?? 0) > 0) {
    return (
      <p>
        The money was taken already. To give it back,{" "}
        <a href={orderPath(order.id, "refund")}>refund it</a>.
      </p>
    );
  }
  return <p>No money of this order is held. Wait until the customer has paid.</p>;
}

const HeldFacts: FC<{ readonly order: OrderView; readonly amount: Amount }> = ({
  order,
  amount,
}) => (
  <Facts
    rows={[
      ["Held", <AmountTwice amount={amount} />],
      [
        "Held until",
        <>
          <Time at={order.capture_by} /> (<Time at={order.capture_by} far />)
        </>,
      ],
      ...whose(order),
    ]}
  />
);

function whose(order: OrderView): readonly (readonly [string, Child])[] {
  const customer = customerText(order.customer);
  return [
    ["Customer", <span dir="auto">{customer ?? "Not known"}</span>],
    ["Paid by", <span dir="auto">{wayBack(order.payments)}</span>],
  ];
}
