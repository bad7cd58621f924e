// The receipt as a page: readable on a phone, printable, without script.

import type { FC } from "hono/jsx";
import { Layout, type Merchant } from "./layout";
import type { Receipt, ReceiptLine } from "./receipt";

export const ReceiptPage: FC<{ readonly receipt: Receipt; readonly merchant: Merchant }> = ({
  receipt,
  merchant,
}) => (
  <Layout title={receipt.title} tone="good" merchant={merchant}>
    {receipt.description !== null && <p>{receipt.description}</p>}
    <dl>
      {receipt.reference !== null && <Row label="Reference" value={receipt.reference} />}
      {receipt.total !== null && <Row label="Amount received" value={receipt.total} />}
    </dl>
    <Lines title="Payments" lines={receipt.payments} />
    {receipt.refunds.length > 0 && <Lines title="Refunds" lines={receipt.refunds} />}
    <p class="small">This receipt is not a tax invoice.</p>
  </Layout>
);

const Row: FC<{ readonly label: string; readonly value: string }> = ({ label, value }) => (
  <div>
    <dt>{label}</dt>
    <dd>{value}</dd>
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
            {line.note !== "" && <span class="small">, {line.note}</span>}
          </dt>
          <dd>{line.amount}</dd>
        </div>
      ))}
    </dl>
  </section>
);
