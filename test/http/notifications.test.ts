// The doors of notifications: who may see them and who may send them again, what is refused, and one of them
// with the very body that is sent.

import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import type { NotificationView } from "../../src/ledger/notifications";
import type { Scope } from "../../src/http/doors";
import { paidEvent } from "../actor/events";
import { closeHouse, postWebhook, settle } from "../actor/house";
import { books, openShop, RECEIVER } from "../notify/shop";
import { administrator, call, expectProblem, faultsOf, knock, visit } from "./door";
import { lacking } from "./scopes";

beforeEach(openShop);
afterEach(closeHouse);

const ID = "evt_00000000000000000000000000000000";

const ROUTES: readonly (readonly [method: string, path: string, scope: Scope])[] = [
  ["GET", "/v1/notifications", "read"],
  ["GET", "/v1/notifications/receiver", "read"],
  ["GET", `/v1/notifications/${ID}`, "read"],
  ["POST", `/v1/notifications/${ID}/resend`, "admin"],
  ["POST", "/v1/notifications/resume", "admin"],
];

describe.each(ROUTES)("%s %s", (method, path, scope) => {
  it(`needs a key with the scope ${scope}`, async () => {
    await expectProblem(await knock(path, { method }), 401, "unauthorized");
    const refused = await lacking(scope, () => call(method, path));
    await expectProblem(refused, 403, "scope_missing");
  });

  it("takes nothing that it does not know", async () => {
    if (method === "GET") {
      const problem = await expectProblem(await call(method, `${path}?x=1`), 400, "query_invalid");
      expect(faultsOf(problem)).toEqual({ x: "is not known" });
    } else {
      const problem = await expectProblem(await call(method, path, { x: 1 }), 422, "body_invalid");
      expect(faultsOf(problem)).toEqual({ "/x": "is not a known field" });
    }
  });
});

test.each([
  ["status=lost", "status"],
  ["type=order.stolen", "type"],
  ["limit=0", "limit"],
  ["cursor=abc", "cursor"],
])("the list refuses %s", async (query, parameter) => {
  const answer = await call("GET", `/v1/notifications?${query}`);
  const problem = await expectProblem(answer, 400, "query_invalid");
  expect(Object.keys(faultsOf(problem))).toEqual([parameter]);
});

/** Without the sentences that end with the customer's receipt, and its address. */
function bare({ data, ...rest }: Told): Told {
  const { text: _text, whatsapp: _whatsapp, receipt_url: _receipt, ...others } = data;
  return { ...rest, data: others };
}

interface Told {
  readonly data: {
    readonly text?: string;
    readonly whatsapp?: string;
    readonly receipt_url?: string;
  };
}

test("one of them is shown with the body that is sent, but for what only its receiver is told", async () => {
  await postWebhook(paidEvent("v1-door-notified-1"));
  await settle("v1-door-notified-1");
  const list = await call("GET", "/v1/notifications?status=delivered&type=order.paid");
  const { data }: { data: readonly NotificationView[] } = JSON.parse(await list.text());
  const [listed] = data;
  const answer = await call("GET", `/v1/notifications/${listed?.id}`);
  const { body, ...shown }: NotificationView & { body: Told } = JSON.parse(await answer.text());
  expect(shown).toEqual(listed);
  const { received } = await books();
  const sent = received.map((letter) => bare(JSON.parse(letter.body)));
  expect(sent.map((one) => JSON.stringify(one))).toEqual([JSON.stringify(bare(body))]);
});

test("what the shop answered is shown with the scope customer only", async () => {
  await postWebhook(paidEvent("v1-door-notified-2"));
  await settle("v1-door-notified-2");
  const answers = async (path: string): Promise<readonly unknown[]> => {
    const text = await (await call("GET", path)).text();
    const shown: { data: readonly NotificationView[] } & NotificationView = JSON.parse(text);
    return (shown.data ?? [shown]).flatMap((one) => one.attempts.map(({ answer }) => answer));
  };
  const list = "/v1/notifications?type=order.paid";
  const { data }: { data: readonly NotificationView[] } = JSON.parse(
    await (await call("GET", list)).text(),
  );
  const one = `/v1/notifications/${data[0]?.id}`;
  for (const path of [list, one]) {
    const whole = await answers(path);
    expect(whole.length).toBeGreaterThan(0);
    expect(whole).not.toContain(null);
    expect(await lacking("customer", () => answers(path))).toEqual(whole.map(() => null));
  }
});

test("whether anybody is told says that, and since when nobody is", async () => {
  const told = await call("GET", "/v1/notifications/receiver");
  const nobody = { configured: false, paused: false, since: null, paused_by: null, detail: null };
  expect(await told.json()).toEqual(nobody);

  const since = Date.UTC(2031, 0, 15, 6);
  const notify = { url: RECEIVER, keys: [] };
  const paused = await visit(
    (doors) => ({
      ...doors,
      config: { ...doors.config, notify },
      receiver: { ...doors.receiver, pauseOf: async () => ({ paused_at: since, by: ID }) },
    }),
    "/v1/notifications/receiver",
    { headers: administrator },
  );
  expect(await paused.json()).toEqual({
    configured: true,
    paused: true,
    since: "2031-01-15T06:00:00.000Z",
    paused_by: ID,
    detail: expect.stringContaining("POST /v1/notifications/resume"),
  });
});
