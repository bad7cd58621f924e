// Parts of the refund's form: what went back before, which gateway order can give how much, and the shares of an
// order whose money is split between sellers.

import { shorten } from "./short";
import { orderPath } from "./order-path";
import type { FC } from "hono/jsx";
import type { Amount } from "../domain/money";
import { plainAmount } from "../domain/money-format";
import type { OrderView } from "../domain/order-view";
import { type ApiProblem, pathWith } from "./api";
import { OUTCOMES } from "./outcome-words";
import { Badge, Field, Money, Table, Time } from "./parts";
import { type OrderPart, partsOf, SPLIT_ROWS } from "./refund-wish";
import type { Faults, Typed } from "./typed";

const SHOWN = 10;

export const RefundsSoFar: FC<{ readonly order: OrderView }> = ({ order }) => {
  if (order.refunds.length === 0) return null;
  const newest = order.refunds.toReversed().slice(0, SHOWN);
  return (
    <details>
      <summary>Refunds of this order so far: {order.refunds.length}</summary>
      <Table
        caption="Refunds so far, newest first"
        columns={[
          { label: "Amount", figure: true, cell: ({ amount }) => <Money amount={amount} /> },
          {
            label: "State",
            cell: ({ outcome }) => (
              <Badge tone={OUTCOMES[outcome].tone}>{OUTCOMES[outcome].label}</Badge>
            ),
          },
          {
            label: "When",
            cell: ({ requested_at, created_at }) => <Time at={requested_at ?? created_at} />,
          },
          {
            label: "By",
            cell: ({ requested_by }) => (
              <span dir="auto">{shorten(requested_by ?? "Outside of Chukta")}</span>
            ),
          },
        ]}
        rows={newest}
      />
    </details>
  );
};

/** An order that was paid in several orders of the gateway, each of which gives back its own money. */
export const SpansOrders: FC<{
  readonly problem: ApiProblem | null;
  readonly order: OrderView;
}> = ({ problem, order }) => {
  const isRefused = problem?.code === "refund_spans_orders" && Array.isArray(problem["orders"]);
  // As command-problem.ts writes it.
  const parts = isRefused ? (problem["orders"] as readonly OrderPart[]) : partsOf(order);
  if (parts.length < 2) return null;
  return (
    <div class={isRefused ? "notice wait" : "notice"}>
      <p>
        The customer paid in {parts.length} orders of the gateway, and each gives back its own
        money. To refund more than one of them can give, make one refund for each:
      </p>
      <ul>
        {parts.map(({ order_id, refundable }) => (
          <li>
            <a href={partAddress(order, refundable)}>
              Refund <Money amount={refundable} /> of {order_id}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
};

/** The form, filled in with this amount. */
export function partAddress(order: OrderView, amount: Amount): string {
  return pathWith(orderPath(order.id, "refund"), {
    what: "part",
    amount: plainAmount(amount),
  });
}

export const SplitFields: FC<{
  readonly typed: Typed;
  readonly faults: Faults;
  readonly problem: ApiProblem | null;
}> = ({ typed, faults, problem }) => {
  const isAsked =
    problem?.code.startsWith("split_info") === true ||
    SPLIT_ROWS.some((row) => (typed[`seller_${row}`] ?? "") + (typed[`share_${row}`] ?? "") !== "");
  return (
    <details open={isAsked}>
      <summary>The money is split between sellers</summary>
      <div class="stack">
        <p class="help">
          Only for an order that was split, and not for a refund of all of it: that repeats the
          order's own split. Say whose money goes back; the shares must come to the amount.
        </p>
        {SPLIT_ROWS.map((row) => (
          <div class="filters">
            <Field
              name={`seller_${row}`}
              label={`Seller ${row} (split merchant id)`}
              fault={faults[`seller_${row}`]}
              input={(tied) => (
                <input {...tied} maxlength={50} value={typed[`seller_${row}`] ?? ""} />
              )}
            />
            <Field
              name={`share_${row}`}
              label={`Share of seller ${row}, in rupees`}
              fault={faults[`share_${row}`]}
              input={(tied) => (
                <input
                  {...tied}
                  inputmode="decimal"
                  maxlength={30}
                  value={typed[`share_${row}`] ?? ""}
                />
              )}
            />
          </div>
        ))}
      </div>
    </details>
  );
};
