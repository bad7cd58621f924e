// Webhooks as a thief writes them, who wants one unpaid link to look paid: what is sent, and which check stops
// it, as the operator reads it. What each gets stands in webhook.table.test.ts.

import type { Refusal } from "../../src/domain/refusal";
import { sandboxDefaults } from "../../src/sandbox/settings";
import { signCallback, signWebhook } from "../../src/sandbox/signing";
import { createLink, type Made } from "../actor/house";

export const PATH = "/webhooks/pinelabs";

/** Three headers and a body, as a thief writes them: nothing of it need fit together. */
export interface Forged {
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

export const now = (): string => String(Math.floor(Date.now() / 1000));

/** "This link was paid", signed by the secret. */
export async function word(
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

type Forge = (made: Made) => Promise<Forged>;

/** A signature whose first letter is another. */
export const changed = (signature: string): string =>
  `v1,${signature.at(3) === "A" ? "B" : "A"}${signature.slice(4)}`;

async function gzipped(text: string): Promise<Uint8Array> {
  const stream = new Response(text).body?.pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** What is sent, and the check that stopped it, as the operator reads it. All of these get 401. */
export const FORGED: readonly (readonly [string, Refusal["code"], Forge])[] = [
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
