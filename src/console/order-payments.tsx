// What moved on an order's page: payments with where their money is, commands that have no end yet, refunds.

import { OUTCOMES } from "./outcome-words";
import type { FC } from "hono/jsx";
import type { CommandView, RefundView } from "../domain/command-view";
import { inr } from "../domain/money";
import type { OrderView, PaymentView } from "../domain/order-view";
import type { PaymentBooks } from "../domain/settlement-books";
import { COMMANDS, methodLabel, stateWord } from "./order-labels";
import { orderPath } from "./order-path";
import { Badge, type Column, Money, Table, Time, Unknown } from "./parts";
import { Some } from "./some";
import { Sentence } from "./sentence";

const PAYMENTS: readonly Column<PaymentView>[] = [
  { label: "When", cell: ({ created_at, updated_at }) => <Time at={created_at ?? updated_at} /> },
  { label: "Amount", figure: true, cell: (payment) => <PaidAmount payment={payment} /> },
  { label: "How", cell: (payment) => <How payment={payment} /> },
  { label: "State", cell: (payment) => <State payment={payment} /> },
  {
    label: "Bank reference",
    cell: ({ rrn, id }) => (
      <div>
        <Id text={rrn} what="reference" />
        <span class="id soft block">{id}</span>
      </div>
    ),
  },
  { label: "Where the money is", cell: (payment) => <Books payment={payment} /> },
];

export const Payments: FC<{ readonly order: OrderView }> = ({ order }) => (
  <section class="stack" aria-labelledby="payments">
    <h2 id="payments">Payments</h2>
    {order.payments.length === 0 ? (
      <p class="soft">No payment was made yet. One that is made shows here by itself.</p>
    ) : (
      <Some
        rows={weightiest(order.payments)}
        all="payments"
        what="payments"
        show={(rows) => <Table caption="Payments" columns={PAYMENTS} rows={rows} />}
      />
    )}
  </section>
);

/** Those that moved money or still may come first, the newest before the older ones. */
function weightiest(payments: readonly PaymentView[]): readonly PaymentView[] {
  const isOver = ({ status }: PaymentView): number =>
    Number(status === "FAILED" || status === "CANCELLED");
  return payments.toReversed().toSorted((a, b) => isOver(a) - isOver(b));
}

const PaidAmount: FC<{ readonly payment: PaymentView }> = ({ payment }) => {
  const { payment_amount, base_amount, captured } = payment;
  const isOther = base_amount !== null && base_amount.currency !== payment_amount?.currency;
  const isLess = captured.value > 0 && captured.value !== payment_amount?.value;
  return (
    <div>
      <Money amount={payment_amount} />
      {isOther && (
        <span class="soft small block">
          that is <Money amount={base_amount} />
        </span>
      )}
      {isLess && (
        <span class="soft small block">
          taken: <Money amount={captured} />
        </span>
      )}
    </div>
  );
};

const How: FC<{ readonly payment: PaymentView }> = ({ payment }) => {
  const { payment_method, network, last4 } = payment;
  return (
    <div>
      <span dir="auto">{methodLabel(payment_method)}</span>
      {(network !== null || last4 !== null) && (
        <span class="soft small block" dir="auto">
          {network ?? ""} {last4 !== null && <span class="short">••{last4}</span>}
        </span>
      )}
    </div>
  );
};

const State: FC<{ readonly payment: PaymentView }> = ({ payment: { status, error } }) => {
  const { label, tone } = stateWord("payment", status);
  return (
    <div>
      <Badge tone={tone}>{label}</Badge>
      {error !== null && (
        <span class="soft small block">
          <Shortened text={error.message ?? error.code ?? ""} />
        </span>
      )}
    </div>
  );
};

const PLACES: readonly (readonly [keyof PaymentBooks, string])[] = [
  ["settled", "At the bank"],
  ["pending", "Not at the bank yet"],
  ["refunded", "Sent back"],
  ["fees", "Fees and taxes"],
  ["recovered", "Chargebacks"],
  ["elsewhere", "Settled by the bank itself"],
  ["unexplained", "Nothing explains it"],
];

const Books: FC<{ readonly payment: PaymentView }> = ({ payment: { books } }) => {
  const places = PLACES.filter(([place]) => books[place] !== 0);
  if (places.length === 0) return <span class="soft">Nothing was taken</span>;
  return (
    <ul class="plain small">
      {places.map(([place, label]) => (
        <li>
          {label}: <Money amount={inr(books[place])} />
        </li>
      ))}
    </ul>
  );
};

const REFUNDS: readonly Column<RefundView>[] = [
  {
    label: "When",
    cell: ({ created_at, requested_at }) => <Time at={requested_at ?? created_at} />,
  },
  { label: "Amount", figure: true, cell: ({ amount }) => <Money amount={amount} /> },
  {
    label: "State",
    cell: (refund) => (
      <div>
        <Badge tone={OUTCOMES[refund.outcome].tone}>{OUTCOMES[refund.outcome].label}</Badge>
        {(refund.refusal !== null || refund.trouble !== null) && (
          <span class="soft small block">
            <Shortened text={refund.refusal?.message ?? refund.trouble} />
          </span>
        )}
      </div>
    ),
  },
  {
    label: "Why, and who asked",
    cell: ({ reason, requested_by }) => (
      <div>
        <Shortened text={reason} />
        <span class="soft small block" dir="auto">
          {requested_by === null ? "Made outside of Chukta" : `Asked for by ${requested_by}`}
        </span>
      </div>
    ),
  },
  {
    label: "Bank reference",
    cell: ({ rrn, merchant_refund_reference }) => (
      <div>
        <Id text={rrn} what="reference" />
        {merchant_refund_reference !== null && (
          <span class="id soft block">{merchant_refund_reference}</span>
        )}
      </div>
    ),
  },
];

export const Refunds: FC<{ readonly order: OrderView }> = ({ order }) =>
  order.refunds.length === 0 ? null : (
    <section class="stack" aria-labelledby="refunds">
      <h2 id="refunds">Refunds</h2>
      <Some
        rows={order.refunds.toReversed()}
        all="refunds"
        what="refunds"
        show={(rows) => <Table caption="Refunds" columns={REFUNDS} rows={rows} />}
      />
    </section>
  );

const OPEN: readonly CommandView["outcome"][] = ["in_flight", "unknown", "needs_decision"];

/** Captures and releases whatever became of them; of refunds only those that have no end yet. */
export const CommandList: FC<{
  readonly order: OrderView;
  readonly commands: readonly CommandView[];
}> = ({ order, commands }) => {
  const shown = commands.filter(({ kind, outcome }) => kind !== "refund" || OPEN.includes(outcome));
  if (shown.length === 0) return null;
  return (
    <section class="stack" aria-labelledby="commands">
      <h2 id="commands">Captures, releases and what is on its way</h2>
      <Some
        rows={shown.toReversed()}
        all="commands"
        what="commands"
        show={(rows) => <Table caption="Commands" columns={commandColumns(order.id)} rows={rows} />}
      />
    </section>
  );
};

function commandColumns(order_id: string): readonly Column<CommandView>[] {
  return [
    { label: "When", cell: ({ requested_at }) => <Time at={requested_at} /> },
    { label: "What", cell: ({ kind }) => COMMANDS[kind] },
    { label: "Amount", figure: true, cell: ({ amount }) => <Money amount={amount} /> },
    {
      label: "State",
      cell: ({ outcome, trouble, refusal, next_reading_at }) => (
        <div>
          <Badge tone={OUTCOMES[outcome].tone}>{OUTCOMES[outcome].label}</Badge>
          {(refusal !== null || trouble !== null) && (
            <span class="soft small block">
              <Sentence text={refusal?.message ?? trouble ?? ""} />
            </span>
          )}
          {next_reading_at !== null && OPEN.includes(outcome) && (
            <span class="soft small block">
              Looked for again on <Time at={next_reading_at} />
            </span>
          )}
        </div>
      ),
    },
    {
      label: "Who asked",
      cell: ({ requested_by, reason }) => (
        <div>
          <span dir="auto">{requested_by}</span>
          {reason !== null && (
            <span class="soft small block">
              <Shortened text={reason} />
            </span>
          )}
        </div>
      ),
    },
    {
      label: "Decision",
      cell: ({ outcome, kind, reference, decision }) =>
        outcome === "needs_decision" ? (
          <a href={orderPath(order_id, "commands", kind, reference, "decide")}>
            Say what became of it
          </a>
        ) : decision === null ? (
          <span class="soft">None is needed</span>
        ) : (
          <span dir="auto">Said by {decision.by}</span>
        ),
    },
  ];
}

/** An id or reference is never shortened. */
const Id: FC<{ readonly text: string | null; readonly what: string }> = ({ text, what }) =>
  text === null ? <Unknown what={what} /> : <span class="id">{text}</span>;

const LONG = 120;

/** Somebody's text: the whole of it is where one points. */
const Shortened: FC<{ readonly text: string | null }> = ({ text }) => {
  if (text === null) return <span class="soft">No reason was given</span>;
  return text.length <= LONG ? (
    <span dir="auto">{text}</span>
  ) : (
    <span dir="auto" title={text}>
      {text.slice(0, LONG)}…
    </span>
  );
};
