/**
 * What a payment looks like by the way it was paid: the rich `payments[]` of the
 * gateway (docs/gateway.md 3.4). Pay-by-points makes two payments, DCC a foreign amount, EMI
 * perhaps a discount, so that what the bank takes is less than the order.
 */
import type { Amount } from "./link";
import { type Maker, newDigits } from "./ids";

export const instruments = [
  "card",
  "upi",
  "netbanking",
  "wallet",
  "points",
  "dcc",
  "emi",
  "emi_full",
] as const;
export type Instrument = (typeof instruments)[number];

/** One payment to be: everything but its id, status and times. */
export interface Draft {
  readonly suffix: string;
  readonly method: string;
  readonly amount: Amount;
  readonly base_amount: Amount | null;
  readonly conversion_rate: number | null;
  readonly credit: number;
  readonly option: Readonly<Record<string, unknown>> | null;
  readonly offer_data: Readonly<Record<string, unknown>> | null;
}

/** The method that must be among the link's `allowed_payment_methods`. */
export const methodOf = {
  card: "CARD",
  upi: "UPI",
  netbanking: "NETBANKING",
  wallet: "WALLET",
  points: "POINTS",
  dcc: "CARD",
  emi: "CREDIT_EMI",
  emi_full: "CREDIT_EMI",
} as const satisfies Record<Instrument, string>;

/** What the checkout calls it. */
export const labelOf = {
  card: "Card",
  upi: "UPI",
  netbanking: "Net banking",
  wallet: "Wallet",
  points: "Points and card",
  dcc: "Card in US dollars",
  emi: "Card instalments (EMI) with a discount",
  emi_full: "Card instalments without one",
} as const satisfies Record<Instrument, string>;

const cardOption = {
  card_data: {
    card_type: "CREDIT",
    network_name: "VISA",
    issuer_name: "HDFC",
    product_name: "",
    card_category: "CONSUMER",
    country_code: "IND",
    token_txn_type: "ALT_TOKEN",
    last4_digit: "1112",
    save: false,
    is_native_otp_eligible: true,
  },
};
const foreignCardOption = {
  card_data: { ...cardOption.card_data, issuer_name: "CHASE", country_code: "USA" },
};
const upiOption = {
  upi_data: {
    txn_mode: "INTENT",
    payee: {
      reference_id: "174425",
      reference_type: "MERCHANT",
      vpa: "pinelabs.sandbox@hdfcbank",
      acquirer_name: "HDFC",
    },
    payer: { vpa: "customer@okicici", phone_number: "919876543210", account_type: "SAVINGS" },
  },
};

/** Rupees for a dollar, in the sandbox's world. */
const rate = 84.25;

/** The payments that pay `value` paisa. */
export function draftPayments(instrument: Instrument, value: number): Draft[] {
  const inr = (paisa: number): Amount => ({ value: paisa, currency: "INR" });
  const plain = {
    amount: inr(value),
    base_amount: null,
    conversion_rate: null,
    credit: value,
    option: null,
    offer_data: null,
  };
  switch (instrument) {
    case "card":
      return [{ ...plain, suffix: "cc", method: "CARD", option: cardOption }];
    case "upi":
      return [{ ...plain, suffix: "up", method: "UPI", option: upiOption }];
    case "netbanking": {
      const option = { netbanking_data: { pay_code: "NB1234", txn_mode: "REDIRECT" } };
      return [{ ...plain, suffix: "nb", method: "NETBANKING", option }];
    }
    case "wallet": {
      const option = { wallet_data: { wallet_code: "PHONEPE" } };
      return [{ ...plain, suffix: "wa", method: "WALLET", option }];
    }
    case "points": {
      const points = Math.floor(value / 2);
      const part = (paisa: number) => ({ ...plain, amount: inr(paisa), credit: paisa });
      return [
        { ...part(value - points), suffix: "cc", method: "CARD", option: cardOption },
        { ...part(points), suffix: "pt", method: "POINTS", option: {} },
      ];
    }
    case "dcc": {
      const amount = { value: Math.round(value / rate), currency: "USD" };
      const foreign = { ...plain, amount, base_amount: inr(value), conversion_rate: rate };
      return [{ ...foreign, suffix: "cc", method: "CARD", option: foreignCardOption }];
    }
    case "emi_full": {
      const offer_data = {
        offer_details: [{ tenure: { tenure_type: "MONTH", tenure_value: 3 } }],
      };
      return [{ ...plain, suffix: "ce", method: "CREDIT_EMI", option: cardOption, offer_data }];
    }
    case "emi": {
      const discount = Math.floor(value / 10);
      const offer_data = {
        offer_details: [
          { tenure: { tenure_type: "MONTH", tenure_value: 6 } },
          { discount: { total_discount_amount: inr(discount) } },
        ],
      };
      const less = { ...plain, amount: inr(value - discount), offer_data };
      return [{ ...less, suffix: "ce", method: "CREDIT_EMI", option: cardOption }];
    }
  }
}

/** What the acquirer says of a movement that it has made, or refused. */
export function acquirerData(maker: Maker, done: boolean): Record<string, unknown> {
  return {
    approval_code: done ? newDigits(maker, 6) : "",
    acquirer_reference: newDigits(maker, 22),
    rrn: done ? newDigits(maker, 12) : "",
    is_aggregator: true,
    acquirer_name: "HDFC",
  };
}
