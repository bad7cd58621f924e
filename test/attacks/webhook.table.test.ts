// The webhook's door: what somebody sends who wants a link to look paid, and what each gets. All of them are
// about one unpaid link and say that it was paid. The operator sees which check failed, the sender does not.
// More of the signature's own forms: test/pinelabs/webhook-signature.test.ts; the rest: docs/attacks.md.

import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Refusal } from "../../src/domain/refusal";
import type { Doors } from "../../src/http/doors";
import { closeHouse, createLink, openHouse, order, settle } from "../actor/house";
import { call, expectProblem, knock, visit } from "../http/door";
import { changed, FORGED, type Forged, now, PATH, word } from "./forged-webhooks";
import { leavesNothing } from "./traces";

beforeEach(async () => {
  await openHouse();
  await runInDurableObject(env.DEPLOYMENT.getByName("door"), async (_, { storage }) =>
    storage.deleteAll(),
  );
});
afterEach(closeHouse);

async function post(
  { id, timestamp, signature, body, bytes, more = {}, method = "POST", path = PATH }: Forged,
  change: (doors: Doors) => Doors = (doors) => doors,
): Promise<Response> {
  const headers = {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": signature,
    ...more,
  };
  const hasBody = method !== "GET" && method !== "HEAD";
  return visit(change, path, { method, headers, ...(hasBody ? { body: bytes ?? body } : {}) });
}

async function refusals(): Promise<readonly Refusal[]> {
  const list: { readonly data: readonly Refusal[] } = await (
    await call("GET", "/v1/messages/refused")
  ).json();
  return list.data;
}

describe("gets 401 without a reason, and nothing of it is kept but the refusal", () => {
  test.each(FORGED)("%s (%s)", async (_, code, forge) => {
    const made = await createLink();
    const forged = await forge(made);
    const response = await leavesNothing(made.order_id, async () => post(forged));
    const problem = await expectProblem(response, 401, "message_refused");
    expect(Object.keys(problem).toSorted()).toEqual(["code", "status", "title", "type"]);
    const kept = await refusals();
    expect(kept).toHaveLength(1);
    expect(kept[0]).toMatchObject({ code, at: new Date().toISOString() });
    expect(kept[0]?.body_hash).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(kept)).not.toMatch(/v1,|payment_link|PROCESSED/);
  });
});

describe("a secret", () => {
  const secretsOf =
    (...names: readonly string[]) =>
    (doors: Doors): Doors => {
      const secrets = names.map((name, at) => ({
        name: at === 0 ? ("current" as const) : ("previous" as const),
        key: new TextEncoder().encode(name),
      }));
      return {
        ...doors,
        config: { ...doors.config, webhook: { ...doors.config.webhook, secrets } },
      };
    };

  test.each([
    ["that was taken out of the settings after a rotation", "before", secretsOf("new")],
    ["of two rotations ago", "long-ago", secretsOf("new", "before")],
    ["that is empty in the settings, known to everybody", "\0", secretsOf("")],
    ["where the settings have none at all", "\0", secretsOf()],
  ])("%s opens nothing", async (_, secret, change) => {
    const made = await createLink();
    const forged = await word(made, { secret });
    const response = await leavesNothing(made.order_id, async () => post(forged, change));
    await expectProblem(response, 401, "message_refused");
  });

  test("of before the rotation opens while it stands in the settings as the previous one", async () => {
    const made = await createLink();
    const forged = await word(made, { secret: "before" });
    expect((await post(forged, secretsOf("new", "before"))).status).toBe(200);
  });
});

describe("another way to the door", () => {
  const ways: readonly (readonly [string, number, (right: Forged) => Forged])[] = [
    [
      "GET that says it is a POST",
      405,
      (right) => ({ ...right, method: "GET", more: { "x-http-method-override": "POST" } }),
    ],
    ["PUT", 405, (right) => ({ ...right, method: "PUT" })],
    ["a longer path", 404, (right) => ({ ...right, path: `${PATH}/v1` })],
    ["two slashes", 404, (right) => ({ ...right, path: `/${PATH}` })],
    ["capitals", 404, (right) => ({ ...right, path: PATH.toUpperCase() })],
    ["an escaped letter of the path", 404, (right) => ({ ...right, path: "/webhooks/pine%4cabs" })],
  ];
  test.each(ways)("%s gets %d", async (_, status, change) => {
    const made = await createLink();
    const right = await word(made);
    const response = await leavesNothing(made.order_id, async () => post(change(right)));
    expect(response.status).toBe(status);
  });
});

describe("a message that the gateway did sign", () => {
  test("leaves traces, and they are seen", async () => {
    const made = await createLink();
    const right = await word(made);
    const attack = leavesNothing(made.order_id, async () => post(right));
    await expect(attack).rejects.toThrow("deeply equal");
  });

  test("replayed as it was gets duplicate, ten times over, and changes nothing", async () => {
    const made = await createLink();
    const right = await word(made);
    expect((await post(right)).status).toBe(200);
    await settle(made.order_id, made.link_id);
    await leavesNothing(made.order_id, async () => {
      for (let time = 0; time < 10; time += 1) {
        const response = await post(right);
        expect([response.status, await response.json()]).toEqual([200, { status: "duplicate" }]);
      }
    });
  });

  test("with a second signature beside its own is the same message", async () => {
    const made = await createLink();
    const right = await word(made);
    const headers = new Headers([
      ["webhook-id", right.id],
      ["webhook-timestamp", right.timestamp],
      ["webhook-signature", changed(right.signature)],
      ["webhook-signature", right.signature],
    ]);
    const init = { method: "POST", headers, body: right.body };
    expect((await knock(PATH, init)).status).toBe(200);
    expect(await (await post(right)).json()).toEqual({ status: "duplicate" });
  });

  // What is signed is `id.timestamp.body`: where an id has a dot and digits behind it, the same bytes can be
  // cut in another place. What is left of the body then begins with the former time, which no event does.
  test("cut at another dot gets unreadable: it names no order, and none changes", async () => {
    const made = await createLink();
    const right = await word(made, { id: `msg_a.${now()}` });
    const [id = "", timestamp = ""] = right.id.split(".");
    const cut = { ...right, id, timestamp, body: `${right.timestamp}.${right.body}` };
    const response = await post(cut);
    expect([response.status, await response.json()]).toEqual([200, { status: "unreadable" }]);
    expect(await order(made.order_id)).toMatchObject({ stage: "awaiting_payment" });
  });
});
