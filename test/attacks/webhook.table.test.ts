// The webhook's door: what somebody sends who wants a link to look paid, and what each gets. All of them are
// about one unpaid link and say that it was paid. The operator sees which check failed, the sender does not.
// More of the signature's own forms: test/pinelabs/webhook-signature.test.ts; the rest: docs/attacks.md.

import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Refusal } from "../../src/domain/refusal";
import type { Doors } from "../../src/http/doors";
import { sandboxDefaults } from "../../src/sandbox/settings";
import { signCallback, signWebhook } from "../../src/sandbox/signing";
import { closeHouse, createLink, type Made, openHouse, order, settle } from "../actor/house";
import { call, expectProblem, knock, visit } from "../http/door";
import { leavesNothing } from "./traces";

beforeEach(async () => {
  await openHouse();
  await runInDurableObject(env.DEPLOYMENT.getByName("door"), async (_, { storage }) =>
    storage.deleteAll(),
  );
});
afterEach(closeHouse);

const PATH = "/webhooks/pinelabs";

/** Three headers and a body, as a thief writes them: nothing of it need fit together. */
interface Forged {
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
  readonly body: string;
  /** Sent in its place. */
  readonly bytes?: Uint8Array;
  readonly more?: Readonly<Record<string, string>>;
  readonly method?: string;
  readonly path?: string;
}

const now = (): string => String(Math.floor(Date.now() / 1000));

/** "This link was paid", signed by the secret. */
async function word(
  made: Made,
  signing: { readonly secret?: string; readonly id?: string; readonly timestamp?: string } = {},
): Promise<Forged> {
  const {
    secret = sandboxDefaults.webhook_secret,
    id = `msg_${crypto.randomUUID()}`,
    timestamp = now(),
  } = signing;
  const body = JSON.stringify({
    event: "payment_link.processed",
    data: {
      payment_link_id: made.link_id,
      merchant_payment_link_reference: made.reference,
      order_id: made.order_id,
      status: "PROCESSED",
      amount: { value: 150_000, currency: "INR" },
    },
  });
  return { id, timestamp, body, signature: await signWebhook({ secret, id, timestamp, body }) };
}

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

type Forge = (made: Made) => Promise<Forged>;

/** A signature whose first letter is another. */
const changed = (signature: string): string =>
  `v1,${signature.at(3) === "A" ? "B" : "A"}${signature.slice(4)}`;

async function gzipped(text: string): Promise<Uint8Array> {
  const stream = new Response(text).body?.pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** What is sent, and the check that stopped it, as the operator reads it. All of these get 401. */
const refused: readonly (readonly [string, Refusal["code"], Forge])[] = [
  ["no signature", "missing_header", async (made) => ({ ...(await word(made)), signature: "" })],
  ["no id", "missing_header", async (made) => ({ ...(await word(made)), id: "" })],
  ["no timestamp", "missing_header", async (made) => ({ ...(await word(made)), timestamp: "" })],
  [
    "the signature in the header of the gateway's older API",
    "missing_header",
    async (made) => {
      const right = await word(made);
      return { ...right, signature: "", more: { "x-verify": right.signature } };
    },
  ],
  [
    "the signature in the headers of Svix's own names",
    "missing_header",
    async (made) => {
      const { id, timestamp, signature, body } = await word(made);
      const more = { "svix-id": id, "svix-timestamp": timestamp, "svix-signature": signature };
      return { id: "", timestamp: "", signature: "", body, more };
    },
  ],
  [
    "the signature in the query",
    "missing_header",
    async (made) => {
      const right = await word(made);
      const query = new URLSearchParams({ "webhook-signature": right.signature });
      return { ...right, signature: "", path: `${PATH}?${query.toString()}` };
    },
  ],
  ["another secret", "signature_mismatch", async (made) => word(made, { secret: "guessed" })],
  // HMAC fills a key with zeros: one zero byte is the same key as none.
  ["an empty secret", "signature_mismatch", async (made) => word(made, { secret: "\0" })],
  [
    "the word that an unset variable becomes",
    "signature_mismatch",
    async (made) => word(made, { secret: "undefined" }),
  ],
  [
    "the client secret where the webhook has one of its own",
    "signature_mismatch",
    async (made) => word(made, { secret: sandboxDefaults.client_secret }),
  ],
  [
    "our own key of notifications, which the merchant's system has",
    "signature_mismatch",
    async (made) => word(made, { secret: sandboxDefaults.notify_secret }),
  ],
  [
    "the secret read as base64 where it is raw",
    "signature_mismatch",
    async (made) => word(made, { secret: atob("sandboxwebhooksecret") }),
  ],
  [
    "a signature over the body alone",
    "signature_unreadable",
    async (made) => {
      const right = await word(made);
      const signature = await signCallback("00", { body: right.body });
      return { ...right, signature };
    },
  ],
  [
    "a signature of which one letter is another",
    "signature_mismatch",
    async (made) => {
      const right = await word(made);
      return { ...right, signature: changed(right.signature) };
    },
  ],
  ...(["v1a,", "v2,", "V1,", "", "v1:", "sha256="] as const).map(
    (prefix) =>
      [
        `the right signature called ${JSON.stringify(prefix)}`,
        "signature_unreadable",
        async (made: Made) => {
          const right = await word(made);
          return { ...right, signature: prefix + right.signature.slice(3) };
        },
      ] as const,
  ),
  [
    "a thousand signatures, the right one last",
    "signature_mismatch",
    async (made) => {
      const right = await word(made);
      const others = Array.from({ length: 100 }, (_, at) => {
        const bytes = new Uint8Array(32).fill(at);
        return `v1,${btoa(String.fromCharCode(...bytes))}`;
      });
      return { ...right, signature: [...others, right.signature].join(" ") };
    },
  ],
  [
    "a time in words",
    "timestamp_unreadable",
    async (made) => word(made, { timestamp: "now", secret: "guessed" }),
  ],
  ...(["1e10", "-1", "0x10", "1.5", "Infinity", "9".repeat(14), "9".repeat(400)] as const).map(
    (timestamp) =>
      [
        `the time ${timestamp.slice(0, 16)}, although signed`,
        "timestamp_unreadable",
        async (made: Made) => word(made, { timestamp }),
      ] as const,
  ),
  [
    "a message of an hour ago with a signature that is wrong",
    "timestamp_stale",
    async (made) => word(made, { timestamp: String(Number(now()) - 3_600), secret: "guessed" }),
  ],
  [
    "a message of tomorrow, although signed: it is for a day's use",
    "timestamp_future",
    async (made) => word(made, { timestamp: String(Number(now()) + 86_400) }),
  ],
  [
    "the time in milliseconds, although signed",
    "timestamp_future",
    async (made) => word(made, { timestamp: String(Date.now()) }),
  ],
  [
    "an old message whose time is made new",
    "signature_mismatch",
    async (made) => {
      const old = await word(made, { timestamp: String(Number(now()) - 3_600) });
      return { ...old, timestamp: now() };
    },
  ],
  [
    "the same time with a zero before it",
    "signature_mismatch",
    async (made) => {
      const right = await word(made);
      return { ...right, timestamp: `0${right.timestamp}` };
    },
  ],
  [
    "the headers of one message with the body of another",
    "signature_mismatch",
    async (made) => ({ ...(await word(made)), body: (await word(await createLink())).body }),
  ],
  [
    "the id of another message",
    "signature_mismatch",
    async (made) => ({ ...(await word(made)), id: (await word(made)).id }),
  ],
  [
    "a replay with the id changed",
    "signature_mismatch",
    async (made) => {
      const right = await word(made);
      return { ...right, id: `${right.id}a` };
    },
  ],
  [
    "a replay with the id in capitals",
    "signature_mismatch",
    async (made) => {
      const right = await word(made);
      return { ...right, id: right.id.toUpperCase() };
    },
  ],
  ...(
    [
      ["an amount of one digit more", (body: string) => body.replace("150000", "1500000")],
      ["a line's end behind it", (body: string) => `${body}\n`],
      ["a space in it", (body: string) => body.replace(",", ", ")],
      ["a byte order mark before it", (body: string) => `\uFEFF${body}`],
      ["a letter written as an escape", (body: string) => body.replace("PRO", "\\u0050RO")],
      ["nothing of it", () => ""],
      ["the same message twice", (body: string) => body + body],
    ] as const
  ).map(
    ([what, change]) =>
      [
        `the signed body with ${what}`,
        "signature_mismatch",
        async (made: Made) => {
          const right = await word(made);
          return { ...right, body: change(right.body) };
        },
      ] as const,
  ),
  [
    "the signed body, compressed and said to be so",
    "signature_mismatch",
    async (made) => {
      const right = await word(made);
      const more = { "content-encoding": "gzip" };
      return { ...right, bytes: await gzipped(right.body), more };
    },
  ],
  [
    "two ids, one of them signed",
    "signature_mismatch",
    async (made) => {
      const right = await word(made);
      return { ...right, id: `${right.id}, msg_other` };
    },
  ],
  [
    "two times, one of them signed",
    "timestamp_unreadable",
    async (made) => {
      const right = await word(made);
      return { ...right, timestamp: `${right.timestamp}, ${right.timestamp}` };
    },
  ],
];

describe("gets 401 without a reason, and nothing of it is kept but the refusal", () => {
  test.each(refused)("%s (%s)", async (_, code, forge) => {
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
