import { createExecutionContext, createScheduledController } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import sandbox from "../../src/sandbox/index";

const calls: unknown[] = [];
const merchant = {
  fetch: (request: Request) => Promise.resolve(new Response(`merchant: ${request.url}`)),
  scheduled: (controller: unknown) => Promise.resolve(calls.push(controller)),
} as unknown as Fetcher;
const sandboxEnv = { BOOKS: env.BOOKS, MERCHANT: merchant };

test("answers /sandbox itself, by the path alone, and hands on the rest", async () => {
  const ask = async (url: string): Promise<string> => {
    const response = await sandbox.fetch(new Request(url), sandboxEnv, createExecutionContext());
    return await response.text();
  };
  expect(await ask("https://anything.test/sandbox")).toContain("Create payment link");
  expect(await ask("https://anything.test/sandbox/faults")).toContain('"contract":"guide"');
  const others = ["https://anything.test/sandboxes", "https://anything.test/v1/orders?limit=1"];
  for (const url of others) expect(await ask(url)).toBe(`merchant: ${url}`);
});

test("passes cron on to the merchant's Worker as plain data", async () => {
  const scheduledTime = Date.UTC(2031, 0, 1);
  const controller = createScheduledController({
    cron: "* * * * *",
    scheduledTime: new Date(scheduledTime),
  });
  await sandbox.scheduled(controller, sandboxEnv);
  expect(calls).toEqual([{ cron: "* * * * *", scheduledTime }]);
});
