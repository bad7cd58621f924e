// The operator's day at the console, as a person lives it against what `npm start` runs: the morning from held
// money to a discrepancy that is closed, with and without script; the customer on the phone; many captures at
// once. Whether money moved, and how often, the gateway's own books say.

import { describe, expect, test } from "vitest";
import type { Chukta, MadeLink } from "./chukta";
import type { Operator } from "./operator";
import { askRefund, hire, openOrder, reaches } from "./staff";
import { useTown } from "./town";

/** So that held money is something for today. */
const town = useTown({ AUTH_WINDOW_DAYS: "1" });

const soon = { timeout: 30_000, interval: 100 } as const;

async function holdMoney(change: Readonly<Record<string, unknown>> = {}): Promise<MadeLink> {
  const made = await town.chukta.createPaid("authorize", change);
  await reaches(town.chukta, made.order_id, "authorized");
  return made;
}

interface Report {
  readonly utr: string;
  readonly rows: readonly { readonly total_amount: number }[];
  readonly totals: { readonly total_settled_amount: number };
  readonly lines: readonly { readonly settled_amount: number }[];
}

/** The bank got 25 rupees less than the fees of its first line explain. */
async function loseSome(chukta: Chukta): Promise<string> {
  const { settlements } = await chukta.gateway<{ settlements: readonly Report[] }>(
    "GET",
    "/settlements",
  );
  const [report] = settlements;
  if (report === undefined) throw new Error("Nothing was settled.");
  const { utr, rows, totals, lines } = report;
  const less = (amount: number): number => amount - 25;
  await chukta.gateway("PUT", `/settlements/${utr}`, {
    rows: rows.map((row) => ({ ...row, total_amount: less(row.total_amount) })),
    totals: { ...totals, total_settled_amount: less(totals.total_settled_amount) },
    lines: lines.map((line, at) =>
      at === 0 ? { ...line, settled_amount: less(line.settled_amount) } : line,
    ),
  });
  return utr;
}

/** Who did what, as the audit has it about one order, or of all; newest first. */
async function readAudit(operator: Operator, order_id = ""): Promise<readonly string[]> {
  const query = order_id === "" ? "" : `?order_id=${order_id}`;
  await operator.page.goto(`${town.chukta.origin}/console/settings/audit${query}`);
  const lines = await operator.readTable("Who did what, newest first");
  return lines.map(({ Who, What, Amount, Reason }) => [Who, What, Amount, Reason].join(" | "));
}

describe("the operator's morning", () => {
  test.each([
    ["with script", true, "Asha Rao"],
    ["without script", false, "Ravi Iyer"],
  ])("%s: capture, refund, settle, find what does not add up", async (_, script, name) => {
    const { chukta } = town;
    const made = await holdMoney();
    const operator = await hire(town, name, script);
    const { page } = operator;

    // What waits.
    await page.reload();
    const hold = page.getByRole("link", { name: /hold ends within 24 hours/ });
    expect(await hold.innerText()).toContain("₹1,500.00");
    await operator.press("Uncaptured");
    await operator.sees("Uncaptured");
    const [held, ...others] = await operator.readTable("Held money, soonest deadline first");
    expect(others).toEqual([]);
    expect(held).toMatchObject({ Order: made.reference, Held: "₹1,500.00" });

    // Capture.
    await operator.press(made.reference, "Capture the money");
    await page.getByRole("radio", { name: /^All that is held/ }).check();
    await operator.press("Continue");
    await page.getByText(/rupees one thousand five hundred/i).waitFor();
    expect(await chukta.moved(made.order_id)).toMatchObject({ captured: 0, captures: 0 });
    await operator.press("Capture ₹1,500.00 now");
    await operator.isTold("The money was captured.");

    // Refund a part.
    await askRefund(operator, "500", "One kurta came back");
    await page.getByText(/rupees five hundred/i).waitFor();
    expect(await chukta.moved(made.order_id)).toMatchObject({ refunded: 0, refunds: 0 });
    await operator.press("Refund ₹500.00 now");
    await operator.isTold("The refund was done");
    const once = { authorized: 0, captured: 150_000, refunded: 50_000, captures: 1, refunds: 1 };
    expect(await chukta.moved(made.order_id)).toEqual(once);

    // The gateway pays, and keeps more than it says.
    await page.goto(`${chukta.origin}/sandbox/dashboard/${made.link_id}`);
    await operator.press("Settle now");
    const utr = await loseSome(chukta);
    await page.goto(`${chukta.origin}/console`);
    await operator.press("Settlements", "Read the reports now");
    await page.getByText("The reports were read.").waitFor();
    await operator.press(utr);
    await page.getByRole("heading", { level: 1, name: utr }).waitFor();

    // What does not add up.
    await operator.press("Today");
    const wrong = page.getByRole("link", { name: /discrepancy that may lose money/ });
    await wrong.waitFor();
    expect(await wrong.innerText()).toContain("₹25.00");
    await wrong.click();
    await operator.sees("Discrepancies");
    await operator.press("A rest that nothing explains");
    await operator.sees("A rest that nothing explains");
    await operator.type("What is it?", "Bank charge, see ticket 81");
    await operator.press("Close this discrepancy");
    await operator.isTold("The discrepancy is closed, under your name and with your words.");
    await operator.press("Today");
    await operator.sees("Today");
    expect(await wrong.count()).toBe(0);
    expect(await hold.count()).toBe(0);

    // Under whose name, which administrators read.
    const administrator = await town.employ({ script });
    await administrator.signIn(chukta.origin);
    await expect
      .poll(async () => readAudit(administrator, made.order_id), soon)
      .toEqual([
        `${name} | Refund | ₹500.00 | One kurta came back`,
        `${name} | Capture | ₹1,500.00 | –`,
      ]);
    const all = await readAudit(administrator);
    expect(all[0]).toBe(`${name} | Resolved a discrepancy | ₹25.00 | Bank charge, see ticket 81`);
    expect(await chukta.moved(made.order_id)).toEqual(once);
  });
});

describe("with the customer on the phone, an order is found by", () => {
  test("whatever the customer can read out, and the sentence to say is one press away", async () => {
    const { chukta } = town;
    const made = await chukta.createPaid("pay", {
      amount: { value: 432_100, currency: "INR" },
      customer: { email_id: "meera.nair@example.com", mobile_number: "9845012345" },
    });
    await reaches(chukta, made.order_id, "paid");
    await chukta.gateway("POST", "/settlements", {});
    await chukta.api("POST", "/v1/settlements/refresh", {});
    const settled = async () => (await chukta.order(made.order_id)).settlement?.utrs ?? [];
    await expect.poll(settled, soon).toHaveLength(1);
    const [utr = ""] = await settled();
    const [payment] = (await chukta.order(made.order_id)).payments;
    const rrn = payment?.rrn ?? "";

    const operator = await town.employ();
    const { page } = operator;
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await operator.signIn(chukta.origin);
    const asked = [
      rrn,
      `${rrn.slice(0, 4)} ${rrn.slice(4, 8)} ${rrn.slice(8)}`,
      "98450 12345",
      "+91 98450-12345",
      "Meera.Nair@Example.com ",
      `${payment?.last4} 4321`,
      utr,
      made.reference,
    ];
    for (const text of asked) {
      await page.goto(`${chukta.origin}/console`);
      await page.getByRole("searchbox", { name: "Find an order" }).fill(text);
      await page.keyboard.press("Enter");
      // Of a transfer there is a page too; the order stands below it.
      if (text === utr) {
        await page.getByText("This is the UTR of a transfer to your bank").waitFor();
        await operator.press(made.reference);
      }
      await page.waitForURL(`**/console/orders/${made.order_id}`);
      await operator.sees(made.reference);
    }

    const sentence = await page.locator("#main [data-announce]").innerText();
    expect(sentence).toMatch(/^Paid ₹4,321\.00 by /);
    expect(sentence).toContain(rrn);
    await operator.press("Copy the sentence");
    await operator.button("Copied").waitFor();
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(sentence);
  });

  test("nothing is found by what is nobody's, and it is said what else to try", async () => {
    const operator = await town.employ({ script: false });
    await operator.signIn(town.chukta.origin);
    await operator.page.goto(`${town.chukta.origin}/console/orders?q=430712345678`);
    const answer = operator.page.locator("main .empty");
    expect(await answer.innerText()).toContain("Nothing was found for “430712345678”");
  });
});

describe("many captures at once", () => {
  test.each([
    ["with script", true],
    ["without script", false],
  ])("%s: each ends for itself, the one that can not be done too", async (_, script) => {
    const { chukta } = town;
    const made: MadeLink[] = [];
    for (const value of [110_000, 120_000, 130_000, 140_000]) {
      made.push(await holdMoney({ amount: { value, currency: "INR" } }));
    }
    const [first, second, third, gone] = made;
    if (first === undefined || second === undefined || third === undefined || gone === undefined) {
      throw new Error("Four were made.");
    }
    const operator = await town.employ({ script });
    const { page } = operator;
    await operator.signIn(chukta.origin);
    await operator.press("Uncaptured");
    for (const { reference } of [first, second, gone]) {
      await page.getByRole("checkbox", { name: `Choose ${reference}`, exact: true }).check();
    }
    await operator.press("Capture the chosen…");
    await operator.sees("Capture 3 orders");
    await page.getByText(/rupees three thousand seven hundred/i).waitFor();
    const question = page.url();
    // Somebody releases one in the gateway's dashboard, and no webhook says so.
    await chukta.gateway("POST", "/faults", { webhooks: { drop: true } });
    await chukta.gateway("POST", `/links/${gone.link_id}/void`, {});
    await operator.button("Capture ₹3,700.00 now").dblclick();
    await page.getByText("All 3 have ended.").waitFor();
    await page.getByRole("heading", { name: "Captured: ₹2,300.00" }).waitFor();
    expect(await linesOf(operator)).toEqual(
      new Map([
        [first.reference, "₹1,100.00 Captured"],
        [second.reference, "₹1,200.00 Captured"],
        [
          gone.reference,
          "– Refused, nothing moved The authorization was released: the money is the customer's again.",
        ],
      ]),
    );

    // The question's address shows how it ended, and captures nothing again.
    await page.goto(question);
    await operator.sees("Captures");
    await page.getByRole("heading", { name: "Captured: ₹2,300.00" }).waitFor();
    for (const { order_id } of [first, second]) {
      expect(await chukta.moved(order_id)).toMatchObject({ authorized: 0, captures: 1 });
    }
    for (const { order_id } of [third, gone]) {
      expect(await chukta.moved(order_id)).toMatchObject({ captured: 0, captures: 0 });
    }
    expect(await chukta.moved(third.order_id)).toMatchObject({ authorized: 130_000 });
    await openOrder(operator, chukta, third.order_id);
  });
});

/** How each of a batch ended, by its order. */
async function linesOf({ page }: Operator): Promise<ReadonlyMap<string, string>> {
  const texts = await page.locator(".lines .line").allInnerTexts();
  const lines = texts.map((text) => text.split("\n").map((part) => part.trim()));
  return new Map(lines.map(([name = "", ...rest]) => [name, rest.join(" ")]));
}
