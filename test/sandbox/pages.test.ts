import { beforeEach, describe, expect, test } from "vitest";
import { redirectUrl } from "../../src/sandbox/redirect";
import { act, ask, createLink, emptyBooks, turn } from "./gateway";

beforeEach(emptyBooks);

const form = { "content-type": "application/x-www-form-urlencoded" };

async function press(link_id: string, button: string, fields = ""): Promise<string> {
  const { text } = await ask("POST", `/sandbox/checkout/${link_id}`, `do=${button}${fields}`, form);
  return text;
}

describe("which URL the customer is sent to", () => {
  const both = { callback_url: "https://ok", failure_callback_url: "https://no" };
  const one = { callback_url: "https://ok", failure_callback_url: null };
  const none = { callback_url: null, failure_callback_url: null };
  test.each([
    ["successful payment", both, false, "https://ok"],
    ["failed payment with failure_callback_url", both, true, "https://no"],
    ["failed payment without it", one, true, "https://ok"],
    ["no URLs configured", none, false, "https://default"],
    ["no URLs configured, failed", none, true, "https://default"],
  ])("%s", (_, urls, failed, expected) => {
    expect(redirectUrl(urls, failed, "https://default")).toBe(expected);
  });
});

describe("checkout", () => {
  test("opening it is a click on the link", async () => {
    const link = await createLink({ description: "Tea & <cakes>" });
    const { status, text } = await ask("GET", `/sandbox/checkout/${link.payment_link_id}`);
    expect(status).toBe(200);
    expect(text).toContain("Tea &amp; &lt;cakes&gt;");
    expect(text).toContain("₹1,000.00");
    expect(text).toContain("Pay in full");
    expect(text).not.toContain("Pay a part");
    const { body: shown } = await ask("GET", `/sandbox/view/links/${link.payment_link_id}`);
    expect(shown.status).toBe("CLICKED");
  });

  test("paying ends in a signed form to the callback URL", async () => {
    const link = await createLink();
    const page = await press(link.payment_link_id, "pay", "&instrument=card");
    expect(page).toContain('action="https://shop.test/paid"');
    expect(page).toContain(`name="order_id" value="${link.order_id}"`);
    expect(page).toContain('name="status" value="PROCESSED"');
    expect(page).toMatch(/name="signature" value="[0-9A-F]{64}"/);
    expect(page).toContain("Return to shop");
  });

  test("failing goes to the failure URL with the reason", async () => {
    const link = await createLink({ failure_callback_url: "https://shop.test/sorry" });
    const page = await press(link.payment_link_id, "fail", "&instrument=card");
    expect(page).toContain('action="https://shop.test/sorry"');
    expect(page).toContain('name="status" value="FAILED"');
    expect(page).toContain('name="error_code" value="USER_AUTHENTICATION_FAILED"');
  });

  test("a part is paid in rupees, and too much is said on the page", async () => {
    const link = await createLink({ part_payment: true });
    await press(link.payment_link_id, "pay-part", "&instrument=upi&rupees=400.50");
    const { body } = await ask("GET", `/sandbox/view/links/${link.payment_link_id}`);
    expect(body.amount_due.value).toBe(59_950);
    const again = await press(link.payment_link_id, "pay-part", "&instrument=upi&rupees=900");
    expect(again).toContain("More than what is due");
  });

  test("a pre-authorised link is authorised, by card or points only", async () => {
    const link = await createLink({ pre_auth: "true" });
    const { text } = await ask("GET", `/sandbox/checkout/${link.payment_link_id}`);
    expect(text).toContain("Authorise");
    expect(text).not.toContain("Net banking");
    const page = await press(link.payment_link_id, "pay", "&instrument=card");
    expect(page).toContain('name="status" value="AUTHORIZED"');
  });

  test("abandoning changes nothing and tells nobody", async () => {
    const link = await createLink();
    await act(link.payment_link_id, "open");
    const page = await press(link.payment_link_id, "abandon");
    expect(page).toContain("You left the checkout");
    const { body } = await ask("GET", "/sandbox/webhooks");
    expect(body.messages).toEqual([]);
  });

  test("the bank can be kept waiting", async () => {
    const link = await createLink();
    const waiting = await press(link.payment_link_id, "wait", "&instrument=card");
    expect(waiting).toContain('name="status" value="PENDING"');
    const { text } = await ask("GET", `/sandbox/checkout/${link.payment_link_id}`);
    expect(text).toContain("The bank says yes");
    const paid = await press(link.payment_link_id, "bank-yes");
    expect(paid).toContain('name="status" value="PROCESSED"');
  });
});

test("the dashboard captures, refunds and voids", async () => {
  const link = await createLink({ pre_auth: "true" });
  await act(link.payment_link_id, "authorize");
  const page = `/sandbox/dashboard/${link.payment_link_id}`;
  expect((await ask("GET", page)).text).toContain("Void");
  const order = `/sandbox/dashboard/orders/${link.order_id}`;
  const captured = await ask("POST", order, "do=capture&rupees=1000", form);
  expect(captured.status).toBe(303);
  expect(captured.headers.get("location")).toBe(page);
  await ask("POST", order, "do=refund&rupees=250", form);
  const { body } = await ask("GET", "/sandbox/books");
  expect(body.totals[link.order_id]).toEqual({
    authorized: 0,
    captured: 100_000,
    refunded: 25_000,
    refunds_pending: 0,
  });
  expect((await ask("POST", order, "do=void", form)).text).toContain("cancel refused");
  await turn({ refunds: "pending" });
  await ask("POST", order, "do=refund&rupees=100", form);
  const { text } = await ask("GET", page);
  expect(text).toContain("refunds under way ₹100.00");
  expect(text).toContain("Let it fail");
});

test("the start page stands, and its knobs turn", async () => {
  const { status, text } = await ask("GET", "/sandbox");
  expect(status).toBe(200);
  expect(text).toContain("Create payment link");
  const turned = await ask(
    "POST",
    "/sandbox/start/knobs",
    "webhooks=drop&repeat=4&refunds=fail",
    form,
  );
  expect(turned.status).toBe(303);
  const { body: knobs } = await ask("GET", "/sandbox/faults");
  expect(knobs).toMatchObject({ refunds: "fail", webhooks: { drop: true, repeat: 4 } });
});
