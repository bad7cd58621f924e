// A page that says one thing and knows nothing about any payment: an address that leads nowhere, too
// many visits, a moment in which we can not look.

import type { FC } from "hono/jsx";
import { Layout, type Merchant, type Recheck } from "./layout";

export interface Notice {
  readonly title: string;
  readonly lines: readonly string[];
}

export const UNKNOWN_PAYMENT: Notice = {
  title: "We do not know this payment",
  lines: [
    "The address may be incomplete. Please open the payment link once more.",
    "If you have paid, you do not need to pay again; please get in touch.",
  ],
};

export const UNKNOWN_RECEIPT: Notice = {
  title: "We do not know this receipt",
  lines: ["The address may be incomplete. Please get in touch if you need your receipt."],
};

export const NO_RECEIPT_YET: Notice = {
  title: "There is no receipt yet",
  lines: ["A receipt is shown here once the payment is complete."],
};

export const TOO_MANY_VISITS: Notice = {
  title: "Please try again in a minute",
  lines: [
    "This page was opened very often in the last minute.",
    "Your payment is not affected. If you have paid, you do not need to pay again.",
  ],
};

export const CAN_NOT_LOOK: Notice = {
  title: "We can not look up your payment right now",
  lines: [
    "Your payment is not affected, and we keep asking the bank.",
    "If you have paid, you do not need to pay again.",
  ],
};

export const UNREADABLE_REDIRECT: Notice = {
  title: "We could not read this address",
  lines: ["Your payment is not affected. If you have paid, you do not need to pay again."],
};

export const NoticePage: FC<{
  readonly notice: Notice;
  readonly merchant: Merchant;
  readonly check_now?: string | undefined;
  readonly recheck?: Recheck | undefined;
}> = ({ notice, merchant, check_now, recheck }) => (
  <Layout title={notice.title} tone="wait" merchant={merchant} recheck={recheck}>
    <div role="status">
      {notice.lines.map((line) => (
        <p>{line}</p>
      ))}
    </div>
    {check_now !== undefined && (
      <p class="small">
        <a href={check_now}>Check now</a>
      </p>
    )}
  </Layout>
);
