// The sentences that a merchant may pass on to a customer, and the link that opens WhatsApp with them.

import { describe, expect, it } from "vitest";
import type { Cause, NotificationType } from "../../src/domain/causes";
import { customerNumber } from "../../src/domain/customer-contact";
import { addressWords, customerWords } from "../../src/domain/customer-words";
import { inr } from "../../src/domain/money";
import { known, link, ORDER, order, PAYMENT, payment, REFUND, refund } from "./words";

const cause = (type: NotificationType, ...entities: readonly string[]): Cause => ({
  type,
  entities,
});

const described = link(0, {
  amount: inr(150_000),
  description: "Two kurtas",
  payment_link: "https://pay.example/x",
});
const customer = { email_id: "asha@example.com", mobile_number: "9000000001" };
const taken = (value: number) =>
  payment(1, { status: "PROCESSED", amount: inr(value), order_id: ORDER });
const full = known([
  described,
  order(1, { status: "PROCESSED", amount: inr(150_000), customer }),
  taken(150_000),
  refund(2, { status: "PROCESSED", amount: inr(50_000) }),
]);

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

describe("the words for a customer", () => {
  it("thank for the payment", () => {
    expect(customerWords(cause("order.paid"), full, "Asha’s Looms")?.text).toBe(
      "Thank you. Asha’s Looms received your payment of ₹1,500.00 for “Two kurtas”.",
    );
    expect(customerWords(cause("order.paid"), full, null)?.text).toBe(
      "Thank you. We received your payment of ₹1,500.00 for “Two kurtas”.",
    );
    // Paid by the link's own word: nobody has said how much.
    const bare = known([link(0, { status: "PROCESSED" })]);
    expect(customerWords(cause("order.paid"), bare, null)?.text).toBe(
      "Thank you. We received your payment.",
    );
  });

  it("say what is still due of a payment in parts", () => {
    const facts = known(
      [described, order(1, { status: "PROCESSED", amount: inr(60_000) }), taken(60_000)],
      { part_payment: true },
    );
    expect(customerWords(cause("order.part_paid", PAYMENT), facts, null)?.text).toBe(
      "Thank you. We received ₹600.00 so far for “Two kurtas”. ₹900.00 is still due.",
    );
  });

  it("leave a part payment after which nothing is due to the event that says it is paid", () => {
    const facts = known(
      [described, order(1, { status: "PROCESSED", amount: inr(150_000) }), taken(150_000)],
      { part_payment: true },
    );
    expect(customerWords(cause("order.part_paid", PAYMENT), facts, null)).toBeNull();
    expect(customerWords(cause("order.paid"), facts, null)?.text).toContain("₹1,500.00");
  });

  it("name the refund that they are about", () => {
    expect(customerWords(cause("order.refunded", REFUND), full, "Asha’s Looms")?.text).toBe(
      "Asha’s Looms refunded ₹500.00 for “Two kurtas”.",
    );
    expect(customerWords(cause("order.refunded", "elsewhere"), full, null)?.text).toBe(
      "We refunded a part of your payment for “Two kurtas”.",
    );
  });

  it("remind with the amount that is due, what it is for, and where to pay", () => {
    expect(customerWords(cause("link.reminder_due"), known([described]), "Asha’s Looms")).toEqual({
      text: "A friendly reminder from Asha’s Looms: your payment of ₹1,500.00 for “Two kurtas” is still open.",
      payment_link: "https://pay.example/x",
      whatsapp: expect.stringMatching(/is%20still%20open\.%20https%3A%2F%2Fpay\.example%2Fx$/),
    });
  });

  it("leave out what nobody has said", () => {
    const facts = known([order(0, { status: "CREATED" }, ORDER)]);
    expect(customerWords(cause("link.reminder_due"), facts, null)).toEqual({
      text: "A friendly reminder: your payment is still open.",
      payment_link: null,
      whatsapp: expect.stringMatching(/^https:\/\/wa\.me\/\?text=/),
    });
  });

  it("are in the link as they stand, and it names nobody", () => {
    const words = customerWords(cause("order.paid"), full, "Asha & Sons?");
    const address = new URL(words?.whatsapp ?? "");
    expect(address.origin + address.pathname).toBe("https://wa.me/");
    expect(address.searchParams.get("text")).toBe(words?.text);
    expect(JSON.stringify(words)).not.toMatch(/asha@example|9000000001/);
  });

  it("have the number and the receipt on their way to the shop, and a reminder where to pay", () => {
    const to = { number: "919000000001", receipt_url: "https://shop.example/receipt/t" };
    const words = customerWords(cause("order.paid"), full, null);
    const sent = addressWords({ ...words }, to);
    expect(sent).toMatchObject({ receipt_url: to.receipt_url });
    expect(sent["text"]).toBe(`${words?.text} Your receipt: ${to.receipt_url}`);
    const address = new URL(textOf(sent["whatsapp"]));
    expect(address.pathname).toBe("/919000000001");
    expect(address.searchParams.get("text")).toBe(sent["text"]);
    const reminder = customerWords(cause("link.reminder_due"), known([described]), null);
    const reminded = addressWords({ ...reminder }, { ...to, receipt_url: null });
    expect(textOf(reminded["whatsapp"])).toMatch(
      /^https:\/\/wa\.me\/919000000001\?text=.*pay\.example%2Fx$/,
    );
    expect(addressWords({ seq: 1 }, to)).toEqual({});
  });

  it.each([
    [{ mobile_number: "9000000001" }, "919000000001"],
    [{ mobile_number: "9000000001", country_code: "91" }, "919000000001"],
    [{ mobile_number: "5005550006", country_code: "+1" }, "15005550006"],
    [{ mobile_number: "+44 20 7946 0958" }, "442079460958"],
    [{ mobile_number: "919000000001" }, "919000000001"],
    // Masked on its way to us, cut off, or none at all.
    [{ mobile_number: "••••0001" }, null],
    [{ mobile_number: "123" }, null],
    [{ email_id: "asha@example.com" }, null],
  ])("are for the number of %j: %s", (customer, number) => {
    expect(customerNumber(known([order(1, { status: "PROCESSED", customer })]))).toBe(number);
  });

  it("are none for what is the merchant's own business", () => {
    expect(customerWords(cause("order.authorized"), full, null)).toBeNull();
    expect(customerWords(cause("order.settled"), full, null)).toBeNull();
  });
});
