// One side of a discrepancy on a page, and whose discrepancy it is.

import { orderPath } from "./order-path";
import type { FC } from "hono/jsx";
import type { Json } from "../domain/json";
import type { ListedDiscrepancy } from "../ledger/discrepancies";
import { pathTo } from "./api";
import { discrepancyWords } from "./discrepancy-words";
import { Money } from "./parts";
import { type Side, sideOf } from "./sides";

export const SideValue: FC<{ readonly value: Json | undefined; readonly nothing: string }> = ({
  value,
  nothing,
}) => <Shown side={sideOf(value)} nothing={nothing} />;

const Shown: FC<{ readonly side: Side; readonly nothing: string }> = ({ side, nothing }) => {
  switch (side.kind) {
    case "nothing":
      return <span class="soft">{nothing}</span>;
    case "money":
      return <Money amount={side.amount} />;
    case "text":
      return <span dir="auto">{side.text}</span>;
    case "word":
      return <code>{side.word}</code>;
    case "fields":
      return (
        <ul class="bare">
          {side.fields.map(([label, part]) => (
            <li>
              <span class="soft">{label}:</span> <Shown side={part} nothing={nothing} />
            </li>
          ))}
        </ul>
      );
    case "raw":
      return (
        <details>
          <summary>Show it as it came</summary>
          <pre dir="auto">{side.text}</pre>
        </details>
      );
  }
};

/** A link to the order or the transfer that it is of. */
export const Whose: FC<{ readonly row: ListedDiscrepancy }> = ({ row }) => {
  if (row.utr !== null) {
    return (
      <a href={`/console${pathTo("settlements", row.utr)}`}>
        Transfer <span class="id">{row.utr}</span>
      </a>
    );
  }
  if (row.home.includes(":")) return <>The reports as a whole</>;
  return (
    <a href={orderPath(row.home)}>
      Order <span class="id">{row.order_id ?? row.home}</span>
    </a>
  );
};

/** What a shop's own field is called. */
const FIELDS: { readonly [field: string]: string } = {
  amount: "amount",
  merchant_reference: "reference",
  order_id: "order id",
  payment_link_id: "link id",
};

/** Which payment, refund or field it is about; nothing where it is about the whole. */
export const Subject: FC<{ readonly row: ListedDiscrepancy }> = ({ row: { type, subject } }) => {
  const { about } = discrepancyWords(type);
  if (about === null || subject === "") return null;
  const field = Object.hasOwn(FIELDS, subject) ? FIELDS[subject] : undefined;
  return (
    <p class="small">
      <span class="soft">{about}</span>{" "}
      {type === "expectation_mismatch" && field !== undefined ? (
        field
      ) : (
        <code dir="auto">{subject}</code>
      )}
    </p>
  );
};
