// What hands do that nobody planned for, at the pages that move money: two presses for one, the browser's Back
// and press again, two tabs, a session that ended meanwhile; and an order's page that follows what happens while
// it is open. How often money moved, the gateway's own books say.

import { beforeAll, describe, expect, test } from "vitest";
import type { MadeLink } from "./chukta";
import type { Operator } from "./operator";
import { askRefund, openOrder, reaches } from "./staff";
import { useTown } from "./town";

const town = useTown();

const soon = { timeout: 20_000, interval: 100 } as const;

const WITH_AND_WITHOUT = [
  ["with script", true],
  ["without script", false],
] as const;

/** The browser says it of what was asked without a session, or of what had changed. */
const REFUSED = /Failed to load resource: the server responded with a status of 4\d\d/;

/** Signing in is slow on purpose, and is a test of its own. */
let cookies: Awaited<ReturnType<Operator["cookies"]>>;

beforeAll(async () => {
  const first = await town.employ();
  await first.signIn(town.chukta.origin);
  cookies = await first.cookies();
});

async function employ(script = true): Promise<Operator> {
  return town.employ({ script, cookies, allowed: REFUSED });
}

async function sell(): Promise<MadeLink> {
  const made = await town.chukta.createPaid("pay");
  await reaches(town.chukta, made.order_id, "paid");
  return made;
}

/** So that the second press comes while the first is on its way. */
async function slow(operation: string): Promise<void> {
  const answers = [{ operation, times: -1, delay_ms: 700 }];
  await town.chukta.gateway("POST", "/faults", { answers });
}

/** Twice in this tab, and twice in another one that shows the same question, all at once. */
async function pressEverywhere(operator: Operator, button: string, told: RegExp): Promise<void> {
  const other = await operator.openTab();
  await other.page.goto(operator.page.url());
  await other.button(button).waitFor();
  const press = async (tab: Operator) => {
    await tab.button(button).dblclick();
    await tab.isTold(told);
  };
  await Promise.all([press(operator), press(other)]);
}

describe("two presses for one", () => {
  test.each(WITH_AND_WITHOUT)("refund once, %s", async (_, script) => {
    const { chukta } = town;
    const made = await sell();
    const operator = await employ(script);
    await openOrder(operator, chukta, made.order_id);
    await askRefund(operator, "500");
    await slow("refund.create");
    await pressEverywhere(operator, "Refund ₹500.00 now", /The refund was done|It was sent, and/);
    expect(await chukta.moved(made.order_id)).toMatchObject({ refunded: 50_000, refunds: 1 });
  });

  test.each(WITH_AND_WITHOUT)("capture once, %s", async (_, script) => {
    const { chukta } = town;
    const made = await chukta.createPaid("authorize");
    await reaches(chukta, made.order_id, "authorized");
    const operator = await employ(script);
    await openOrder(operator, chukta, made.order_id);
    await operator.press("Capture the money");
    await operator.page.getByRole("radio", { name: "A part of it" }).check();
    await operator.type("Amount of the part, in rupees", "1,000");
    await operator.press("Continue");
    // What is let go for ever is named.
    await operator.page
      .getByText(/₹500\.00 .*for ever/)
      .first()
      .waitFor();
    await slow("order.capture");
    await pressEverywhere(
      operator,
      "Capture ₹1,000.00, release ₹500.00",
      /The money was captured|It was sent, and/,
    );
    expect(await chukta.moved(made.order_id)).toMatchObject({ captured: 100_000, captures: 1 });
  });
});

describe("Back after a refund", () => {
  test.each(WITH_AND_WITHOUT)(
    "shows what became of it and refunds nothing, %s",
    async (_, script) => {
      const { chukta } = town;
      const made = await sell();
      const operator = await employ(script);
      const { page } = operator;
      await openOrder(operator, chukta, made.order_id);
      await askRefund(operator, "500");
      // The question as it stands, in a tab of its own: it does not know that it was answered.
      const other = await operator.openTab();
      await other.page.goto(page.url());
      await operator.press("Refund ₹500.00 now");
      await operator.isTold("The refund was done");

      await page.goBack();
      await operator.isTold("The refund was done");
      await operator.sees(made.reference);
      await other.press("Refund ₹500.00 now");
      await other.isTold("The refund was done");
      expect(await chukta.moved(made.order_id)).toMatchObject({ refunded: 50_000, refunds: 1 });

      // Back at the form, the same amount once more is asked about as what it is: a second one.
      await page.goto(`${chukta.origin}/console/orders/${made.order_id}`);
      await askRefund(operator, "500");
      await page.getByText("was already refunded in the last 24 hours").waitFor();
      expect(await chukta.moved(made.order_id)).toMatchObject({ refunds: 1 });
    },
  );
});

describe("two tabs on one order", () => {
  test.each(WITH_AND_WITHOUT)("ask anew where the other one changed it, %s", async (_, script) => {
    const { chukta } = town;
    const made = await sell();
    const one = await employ(script);
    const other = await one.openTab();
    for (const [tab, rupees] of [
      [one, "500"],
      [other, "300"],
    ] as const) {
      await openOrder(tab, chukta, made.order_id);
      await askRefund(tab, rupees);
    }
    await one.press("Refund ₹500.00 now");
    await one.isTold("The refund was done");
    await other.press("Refund ₹300.00 now");
    const alert = other.page.getByRole("alert");
    await alert.getByText("This changed while you were looking. Nothing was done.").waitFor();
    expect(await alert.innerText()).toContain("Can still be refunded: ₹1,500.00 is now ₹1,000.00");
    expect(await chukta.moved(made.order_id)).toMatchObject({ refunded: 50_000, refunds: 1 });

    // Who looked at it once more may.
    await other.press("Refund ₹300.00 now");
    await other.isTold("The refund was done");
    expect(await chukta.moved(made.order_id)).toMatchObject({ refunded: 80_000, refunds: 2 });
  });
});

describe("a session that ended in another tab", () => {
  test.each(WITH_AND_WITHOUT)(
    "moves nothing, and signing in leads back to it, %s",
    async (_, script) => {
      const { chukta } = town;
      const made = await sell();
      const operator = await town.employ({ script, allowed: REFUSED });
      await operator.signIn(chukta.origin);
      await openOrder(operator, chukta, made.order_id);
      await askRefund(operator, "500", "A button is missing");
      const other = await operator.openTab();
      await other.page.goto(`${chukta.origin}/console`);
      await other.press("Sign out");
      await other.sees("Sign in");

      await operator.press("Refund ₹500.00 now");
      await operator.sees("Your session has ended");
      await operator.press("Sign in");
      await operator.giveName();
      // The form again, as it was typed: an address alone leads to no button that moves money.
      await operator.sees(`Refund ${made.reference}`);
      expect(await chukta.moved(made.order_id)).toMatchObject({ refunded: 0, refunds: 0 });
      const amount = operator.page.getByLabel("Amount of the part, in rupees", { exact: true });
      expect(await amount.inputValue()).toBe("500");
      await operator.press("Continue", "Refund ₹500.00 now");
      await operator.isTold("The refund was done");
      expect(await chukta.moved(made.order_id)).toMatchObject({ refunded: 50_000, refunds: 1 });
    },
  );
});

describe("an order's page that is open", () => {
  /** The clock of the page stands, and goes on when the test says so. */
  async function open(made: MadeLink) {
    const operator = await employ();
    const { page } = operator;
    const asked = { pages: 0, polls: 0 };
    page.on("request", (request) => {
      if (request.isNavigationRequest()) asked.pages += 1;
      if (request.headers()["x-console-poll"] !== undefined) asked.polls += 1;
    });
    await page.clock.install();
    await page.clock.pauseAt(Date.now() + 3_600_000);
    await openOrder(operator, town.chukta, made.order_id);
    await page.locator("main[data-live]").waitFor();
    return { operator, page, asked };
  }

  test("shows a payment within two seconds of its own time, without a reload", async () => {
    const made = await town.chukta.createLink();
    const { page, asked } = await open(made);
    await page.getByText("Not paid yet").first().waitFor();
    await town.chukta.gateway("POST", `/links/${made.link_id}/pay`, {});
    await reaches(town.chukta, made.order_id, "paid");
    await page.clock.runFor(2_000);
    await page
      .getByText(/^Paid ₹1,500\.00 by /)
      .first()
      .waitFor();
    await page.getByText("This page has changed.").waitFor();
    expect(asked.pages).toBe(1);
  });

  test("asks nothing while nobody looks at it, and again when somebody does", async () => {
    const made = await town.chukta.createLink();
    const { page, asked } = await open(made);
    const look = async (state: string) =>
      page.evaluate(`
        Object.defineProperty(document, "visibilityState", { value: "${state}", configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
      `);
    const answered = page.waitForResponse((response) => response.status() === 304);
    await page.clock.runFor(2_000);
    await answered;
    await look("hidden");
    const before = asked.polls;
    await page.clock.runFor(600_000);
    expect(asked.polls).toBe(before);
    await look("visible");
    const afterASecond = async () => {
      await page.clock.runFor(1_000);
      return asked.polls;
    };
    await expect.poll(afterASecond, soon).toBeGreaterThan(before);
  });

  test("says that the session has ended, and where to sign in", async () => {
    const made = await town.chukta.createLink();
    const operator = await town.employ({ allowed: REFUSED });
    await operator.signIn(town.chukta.origin);
    await openOrder(operator, town.chukta, made.order_id);
    const other = await operator.openTab();
    await other.page.goto(`${town.chukta.origin}/console`);
    await other.press("Sign out");
    await operator.page.getByText("Your session has ended, this page is not followed").waitFor();
    await operator.press("Sign in");
    await operator.giveName();
    await operator.sees(made.reference);
    expect(operator.page.url()).toBe(`${town.chukta.origin}/console/orders/${made.order_id}`);
  });
});
