// The gateway's webhooks. In this order: the body within its limit, the signature over the raw bytes,
// then the message to the actor of its home, which commits it before we say 200 (law 1). D1 is never
// on this path (law 2). The sender of a refused message learns nothing; the operator learns why.

import { Hono } from "hono";
import type { Message } from "../actor/rpc";
import { saneWebhookId, type Refusal } from "../domain/refusal";
import { unroutedActor } from "../domain/ids";
import { homeOf, parseEvent } from "../pinelabs/event";
import { encodeBase64, textOf, utf8 } from "../pinelabs/secret-bytes";
import {
  parseTimestamp,
  type Refusal as SignatureRefusal,
  verifyWebhook,
} from "../pinelabs/webhook-signature";
import type { Door, DoorContext } from "./doors";
import { logBug } from "./log";
import { problem } from "./problem";
import { KIB, readBytes, sha256Hex } from "./request-body";
import { withTimeLimit } from "../actor/time-limit";

const BODY_LIMIT = 256 * KIB;
/** The gateway waits five seconds; what is committed after this is a repeat when it tries again. */
const COMMIT_LIMIT_MS = 4_000;
const INQUIRY_LIMIT_MS = 15_000;
const TRY_AGAIN_AFTER_S = 5;

/** The headers whose presence helps to find out why a message was refused. */
const TELLING_HEADERS = [
  "webhook-id",
  "webhook-timestamp",
  "webhook-signature",
  "svix-id",
  "svix-timestamp",
  "svix-signature",
  "x-verify",
  "content-type",
  "content-length",
] as const;

/** With a slash behind it, as an address pasted by hand may have one. */
const PATHS = ["/webhooks/pinelabs", "/webhooks/pinelabs/"];

export const webhook = new Hono<Door>()
  .on("POST", PATHS, async (c) => {
    const received_at = c.var.doors.now();
    const body = await readBytes(c.req.raw, BODY_LIMIT);
    if (!body.ok) {
      keepRefusal(c, { code: "body_too_large", size: body.failure.read, at: received_at });
      return problem("body_too_large", { detail: `At most ${BODY_LIMIT} bytes are taken.` });
    }
    const bytes = body.value;
    const id = c.req.header("webhook-id") ?? null;
    const timestamp = c.req.header("webhook-timestamp") ?? null;
    const signature = c.req.header("webhook-signature") ?? null;
    const { secrets, tolerance } = c.var.doors.config.webhook;
    const checked = await verifyWebhook(
      { id, timestamp, signature, body: bytes },
      { secrets, tolerance, now: received_at },
    );
    const body_hash = await sha256Hex(bytes);
    const sent_at = parseTimestamp(timestamp ?? "");
    if (!checked.ok || id === null || sent_at === null) {
      if (checked.ok) throw new Error("a verified message has an id and a time");
      const told = { at: received_at, size: bytes.byteLength, body_hash };
      keepRefusal(c, { ...told, ...refusalOf(checked.failure) });
      askInstead(c, checked.failure, bytes);
      return problem("message_refused");
    }
    const text = textOf(bytes);
    const message: Message = {
      webhook_id: id,
      sent_at,
      received_at,
      body: text ?? encodeBase64(bytes),
      encoding: text === null ? "base64" : "utf8",
      body_hash,
      size: bytes.byteLength,
      request_id: c.var.request_id,
    };
    const home = homeOfBody(text) ?? unroutedActor(await sha256Hex(Uint8Array.from(utf8(id))));
    try {
      const committing = c.var.doors.orders.receive(home, message);
      return c.json({ status: await withTimeLimit(committing, COMMIT_LIMIT_MS) });
    } catch (error) {
      logBug(error, { door: "webhook", request_id: c.var.request_id });
      return problem("message_not_kept", { retry_after: TRY_AGAIN_AFTER_S });
    }
  })
  .on(["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"], PATHS, () =>
    problem("method_not_allowed", {
      detail:
        "This address receives Pine Labs webhooks by POST. Enter it in the dashboard under " +
        "Settings, Webhooks; there is nothing to see here in a browser.",
      headers: { allow: "POST" },
    }),
  );

/** The order or link that the message is about, or null when it names none. */
function homeOfBody(text: string | null): string | null {
  const home = homeOf(parseEvent(text));
  return home.kind === "none" ? null : home.id;
}

type Told = Pick<Refusal, "code" | "at" | "size"> & Partial<Refusal>;

/** Kept after the answer, and only so many a minute: a stranger can not fill the list at will. */
function keepRefusal(c: DoorContext, told: Told): void {
  const { limits, refusals } = c.var.doors;
  const refusal: Refusal = {
    skew_seconds: null,
    signature_valid: null,
    body_hash: null,
    headers_present: TELLING_HEADERS.filter((name) => c.req.header(name) !== undefined),
    webhook_id: saneWebhookId(c.req.header("webhook-id")),
    ...told,
  };
  inBackground(c, async () => {
    if (await limits.refusals()) await refusals.recordRefusal(refusal);
  });
}

/** Which check failed, as it is kept: the skew is our clock minus the message's. */
function refusalOf(
  refused: SignatureRefusal,
): Pick<Refusal, "code" | "skew_seconds" | "signature_valid"> {
  switch (refused.code) {
    case "timestamp_stale":
      return {
        code: refused.code,
        skew_seconds: refused.skew_seconds,
        signature_valid: refused.signature === "valid",
      };
    case "timestamp_future":
      return {
        code: refused.code,
        skew_seconds: -refused.skew_seconds,
        signature_valid: refused.signature === "valid",
      };
    case "signature_mismatch":
      return { code: refused.code, skew_seconds: null, signature_valid: false };
    case "missing_header":
    case "timestamp_unreadable":
    case "signature_unreadable":
      return { code: refused.code, skew_seconds: null, signature_valid: null };
  }
}

/** A late message with a right signature is not believed, but it is a reason to ask (design 3.6). */
function askInstead(c: DoorContext, refused: SignatureRefusal, bytes: Uint8Array): void {
  if (refused.code !== "timestamp_stale" || refused.signature !== "valid") return;
  const id = homeOfBody(textOf(bytes));
  if (id === null) return;
  const { limits, orders } = c.var.doors;
  inBackground(c, async () => {
    if (await limits.staleMessages()) {
      await orders.inquire({ id }, INQUIRY_LIMIT_MS);
    }
  });
}

/** Goes on after the answer; what goes wrong there is logged and nobody's 500. */
function inBackground(c: DoorContext, work: () => Promise<void>): void {
  const { request_id } = c.var;
  c.executionCtx.waitUntil(
    work().catch((error: unknown) => logBug(error, { door: "webhook", request_id })),
  );
}
