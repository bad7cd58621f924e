// The receipt as a customer gets it: by e-mail, which the local server keeps in a file until it is
// stopped, and as a page that is opened, read on the smallest telephone, and printed.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { env } from "node:process";
import { expect, test } from "vitest";
import { root } from "../../scripts/tool.mjs";
import type { MadeLink } from "./chukta";
import { GROUND, LOOKS } from "./looks";
import type { Shopper } from "./shopper";
import { useTown } from "./town";

const town = useTown({ SUPPORT_CONTACT: "help@shop.example", MERCHANT_GSTIN: "22AAAAA0000A1Z5" });

const soon = { timeout: 20_000, interval: 50 } as const;

interface Status {
  readonly receipt_url: string;
  readonly handed_over: { readonly by: string } | null;
  readonly email: { readonly state: string } | null;
}

const status = (made: MadeLink): Promise<Status> =>
  town.chukta.api("GET", `/v1/orders/${made.order_id}/receipt`);

const stage = async (made: MadeLink): Promise<string> =>
  (await town.chukta.order(made.order_id)).stage;

/** What the local mail service has kept, beside the configuration that the start script writes. */
function keptMails(folder: "email-text" | "email-html"): readonly string[] {
  const { port } = new URL(town.chukta.origin);
  const place = join(root, ".wrangler", `start-${port}`, ".wrangler", "tmp", "email");
  return readdirSync(place, { recursive: true })
    .map((path) => join(place, path.toString()))
    .filter((path) => path.includes(folder) && statSync(path).isFile())
    .map((path) => readFileSync(path, "utf8"));
}

test("a paid order's receipt is in the customer's letter box, once, and opens as a page", async () => {
  const made = await town.chukta.createLink();
  const shopper = await town.invite();
  await shopper.payAt(made.payment_link, "Pay in full");
  await expect.poll(async () => (await status(made)).email?.state, soon).toBe("sent");

  const { receipt_url } = await status(made);
  const letters = keptMails("email-text").filter((text) => text.includes(made.reference));
  expect(letters).toHaveLength(1);
  expect(letters[0]).toContain("Sandbox Shop\nReceipt");
  expect(letters[0]).toContain("Amount received: ₹1,500.00");
  expect(letters[0]).toContain("In words: Rupees one thousand five hundred only");
  expect(letters[0]).toContain("GSTIN: 22AAAAA0000A1Z5");
  expect(letters[0]).toContain("This is not a tax invoice.");
  expect(letters[0]).toContain(receipt_url);
  expect(keptMails("email-html").filter((html) => html.includes(receipt_url))).toHaveLength(1);
  expect((await status(made)).handed_over).toMatchObject({ by: "e-mail" });

  await shopper.page.goto(receipt_url);
  await shopper.sees("Receipt");
  expect(await shopper.readTerms()).toMatchObject({
    "Amount received": "₹1,500.00",
    "In words": "Rupees one thousand five hundred only",
    Reference: made.reference,
    GSTIN: "22AAAAA0000A1Z5",
  });
  await shopper.page.getByRole("link", { name: "help@shop.example" }).waitFor();
  const { customer } = await town.chukta.order(made.order_id);
  const text = await shopper.page.locator("body").innerText();
  for (const field of Object.values(customer ?? {}))
    expect(text).not.toContain(JSON.stringify(field).replaceAll(`"`, ""));
  await shopper.expectGoodLooks("receipt");
});

test("a receipt of many parts and refunds fits the smallest telephone and a sheet of paper", async () => {
  const made = await town.chukta.createLink({ part_payment: true });
  const shopper = await town.invite();
  for (const part of ["600", "500"]) {
    await shopper.payAt(made.payment_link);
    await shopper.page.getByLabel("A part of it, in rupees").fill(part);
    await shopper.press("Pay a part");
  }
  const { receipt_url } = await status(made);
  await expect
    .poll(async () => (await town.chukta.order(made.order_id)).captured?.value, soon)
    .toBe(110_000);
  await shopper.page.goto(receipt_url);
  await shopper.sees("Receipt for a part");
  expect(await shopper.readTerms()).toMatchObject({
    "Amount received": "₹1,100.00",
    "Still due": "₹400.00",
  });
  await shopper.expectGoodLooks("receipt-part");
  expect((await status(made)).handed_over).toBeNull();

  await shopper.payAt(made.payment_link, "Pay in full");
  await expect.poll(() => stage(made), soon).toBe("paid");
  await town.chukta.api("POST", `/v1/orders/${made.order_id}/refunds`, {
    merchant_refund_reference: "receipt-1",
    amount: { value: 30_000, currency: "INR" },
  });
  await expect.poll(() => stage(made), soon).toBe("partially_refunded");
  await shopper.page.goto(receipt_url);
  await shopper.sees("Receipt, partly refunded");
  expect(await shopper.page.locator("section").first().locator("dl > div").count()).toBe(3);
  await shopper.expectGoodLooks("receipt-refunded");
  await expectSmall(shopper);
  await expectPaper(shopper);
});

async function expectSmall({ page }: Shopper): Promise<void> {
  const before = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 568 });
  expect(await page.evaluate(LOOKS)).toEqual([]);
  if (before !== null) await page.setViewportSize(before);
}

/** Black on white whatever the reader's own colours, without what only a screen needs, on one sheet. */
async function expectPaper({ page }: Shopper): Promise<void> {
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  expect(await page.evaluate(LOOKS)).toEqual([]);
  expect(await page.evaluate(GROUND)).toBeCloseTo(1);
  const folder = env["CHUKTA_SCREENSHOTS"];
  const pdf = await page.pdf({
    preferCSSPageSize: true,
    ...(folder ? { path: join(folder, "receipt.pdf") } : {}),
  });
  const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g) ?? [];
  expect(pages).toHaveLength(1);
  // A4 in points.
  expect(pdf.toString("latin1")).toMatch(/\/MediaBox \[0 0 59[45][.\d]* 84[12][.\d]*\]/);
  await page.emulateMedia({ media: null, colorScheme: null });
}
