// The receipt as a page: readable on a phone, printable on one sheet of A4, without script.

import type { FC } from "hono/jsx";
import type { Receipt, ReceiptLine } from "../../domain/receipt";
import { Layout, type Merchant } from "./layout";

interface Issuer extends Merchant {
  readonly gstin: string | null;
}

export const ReceiptPage: FC<{ readonly receipt: Receipt; readonly merchant: Issuer }> = ({
  receipt,
  merchant,
}) => (
  <Layout title={receipt.title} tone={receipt.whole ? "good" : "wait"} merchant={merchant}>
    {receipt.description !== null && <p>{receipt.description}</p>}
    <dl>
      <Row label="Amount received" value={receipt.received} />
      {receipt.words !== null && <Words words={receipt.words} />}
      {receipt.due !== null && <Row label="Still due" value={receipt.due} />}
      {receipt.returned !== null && <Row label="Refunded" value={receipt.returned} />}
      {receipt.reference !== null && <Row label="Reference" value={receipt.reference} />}
      {receipt.order_id !== null && <Row label="Order" value={receipt.order_id} />}
      {merchant.gstin !== null && <Row label="GSTIN" value={merchant.gstin} />}
    </dl>
    <Lines title="Payments" lines={receipt.payments} />
    {receipt.refunds.length > 0 && <Lines title="Refunds" lines={receipt.refunds} />}
    <p class="small">This is not a tax invoice.</p>
  </Layout>
);

const Row: FC<{ readonly label: string; readonly value: string }> = ({ label, value }) => (
  <div>
    <dt>{label}</dt>
    <dd>{value}</dd>
  </div>
);

const Words: FC<{ readonly words: string }> = ({ words }) => (
  <div>
    <dt>In words</dt>
    <dd class="words">{words}</dd>
  </div>
);

const Lines: FC<{ readonly title: string; readonly lines: readonly ReceiptLine[] }> = ({
  title,
  lines,
}) => (
  <section>
    <h2>{title}</h2>
    <dl>
      {lines.map((line) => (
        <div>
          <dt>
            {line.label}
            {line.note !== "" && <span class="note">{line.note}</span>}
          </dt>
          <dd>{line.amount ?? "amount not known"}</dd>
        </div>
      ))}
    </dl>
  </section>
);
