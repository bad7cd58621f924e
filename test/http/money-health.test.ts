// Whoever looks whether all is well learns that money commands are stopped, and by whom; and a keeper of the
// switch that is silent hides nothing else.

import { expect, test } from "vitest";
import { NEVER_STOPPED, type MoneySwitch } from "../../src/domain/money-switch";
import { toIso } from "../../src/domain/time";
import type { Doors } from "../../src/http/doors";
import { NOW } from "../ledger/sample";
import { administrator, visit } from "./door";

const stopped: MoneySwitch = { stopped: true, since: NOW, by: "asha", reason: "a leak" };

interface Answer {
  readonly wrong: readonly string[];
  readonly money: unknown;
}

async function ask(path: string, moneySwitch: () => Promise<MoneySwitch>): Promise<Answer> {
  const open = (doors: Doors): Doors => ({
    ...doors,
    access: { ...doors.access, moneySwitch },
  });
  const response = await visit(open, path, { headers: administrator });
  expect(response.status).toBe(200);
  return response.json();
}

const moneyOf = ({ wrong }: Answer) => wrong.filter((text) => /money/i.test(text));

test("all is not well while money is stopped", async () => {
  expect(moneyOf(await ask("/v1/health", async () => stopped))).toEqual([
    expect.stringMatching(/stopped since .* by asha: POST \/v1\/money\/resume/),
  ]);
  const { money } = await ask("/v1/attention", async () => stopped);
  expect(money).toEqual({ stopped: true, since: toIso(NOW), by: "asha", reason: "a leak" });
});

test("nothing is said of a switch that nobody threw", async () => {
  expect(moneyOf(await ask("/v1/health", async () => NEVER_STOPPED))).toEqual([]);
  const { money } = await ask("/v1/attention", async () => NEVER_STOPPED);
  expect(money).toMatchObject({ stopped: false, since: null });
});

test("it is said when nobody knows, and the rest is told", async () => {
  const silent = async (): Promise<never> => {
    throw new Error("planted");
  };
  expect(moneyOf(await ask("/v1/health", silent))).toEqual([
    expect.stringContaining("gives no answer"),
  ]);
  expect(await ask("/v1/attention", silent)).toMatchObject({ money: null, webhooks_silent: false });
});
