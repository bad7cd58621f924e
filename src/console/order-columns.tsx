// Orders as rows of a list: which one, whose, where it stands, what is to be done, how much, since when.

import { orderPath } from "./order-path";
import { isOpenStep } from "../domain/checklist";
import type { OrderView } from "../domain/order-view";
import { Badge, type Column, Money, StageBadge, Time } from "./parts";
import { Short } from "./short";
import { attentionWord, STEP_LABELS } from "./words";

export const ORDER_COLUMNS: readonly Column<OrderView>[] = [
  {
    label: "Order",
    cell: ({ id, merchant_reference }) => (
      <span class="named">
        <a href={orderPath(id)}>
          {merchant_reference === null ? id : <Short text={merchant_reference} />}
        </a>
        {merchant_reference !== null && merchant_reference !== id && (
          <span class="id soft">{id}</span>
        )}
      </span>
    ),
  },
  { label: "Customer", cell: (order) => <Customer order={order} /> },
  {
    label: "Stage",
    cell: ({ stage, attention }) => (
      <span class="named">
        <StageBadge stage={stage} />
        {attention.map((code) => {
          const { label, tone } = attentionWord(code);
          return <Badge tone={tone}>{label}</Badge>;
        })}
      </span>
    ),
  },
  { label: "Next step", cell: (order) => nextSteps(order) },
  { label: "Amount", figure: true, cell: ({ amount }) => <Money amount={amount} /> },
  { label: "Created", cell: ({ created_at }) => <Time at={created_at} /> },
];

/** By name if one was given, else by what reaches them; masked for who may not see it. */
function Customer({ order: { customer } }: { readonly order: OrderView }) {
  const said = (field: string): string => {
    const value = customer?.[field];
    return typeof value === "string" ? value.trim() : "";
  };
  const name = [said("first_name"), said("last_name")].filter((part) => part !== "").join(" ");
  const [first, second] = [name, said("email_id"), said("mobile_number")].filter(
    (text) => text !== "",
  );
  if (first === undefined) return <span class="soft">Not known</span>;
  return (
    <span class="named">
      <Short text={first} />
      {second !== undefined && (
        <span class="soft small">
          <Short text={second} />
        </span>
      )}
    </span>
  );
}

function nextSteps({ checklist }: OrderView): string {
  const [next, ...others] = checklist.filter(isOpenStep);
  if (next === undefined) return "Nothing to do";
  const label = STEP_LABELS[next.step];
  return others.length === 0 ? label : `${label}, then ${others.length} more`;
}
