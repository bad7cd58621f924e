// What the gateway sent: the kept messages, their raw bodies for who may see them, applying one once
// more, the refused ones, and why a signature did not match.

import { Hono } from "hono";
import * as z from "zod/mini";
import type { Kept } from "../actor/rpc";
import type { Refusal } from "../domain/refusal";
import { instantToMilliseconds, parseInstant, toIso } from "../domain/time";
import { findMessages, type ListedMessage, listMessages } from "../ledger/messages";
import { diagnoseSignature } from "../pinelabs/doctor";
import { decodeBase64, utf8 } from "../pinelabs/secret-bytes";
import { requires } from "./auth";
import type { Door, DoorContext } from "./doors";
import { bodyProblem, NO_QUERY, parseBody, parseQuery } from "./input";
import { answerPage, askLedger } from "./ledger";
import { messageQuery } from "./list-query";
import { problem } from "./problem";
import { KIB } from "./request-body";

/** A body of 256 KiB as base64 inside JSON, and its headers. */
const DOCTOR_LIMIT = 1024 * KIB;

export const oneMessage = z.strictObject({
  raw: z.optional(z.literal("true", "may only be true")),
});

const moment = z
  .string()
  .check(
    z.refine((time) => parseInstant(time) !== null, "must be a time such as 2026-03-21T08:29:00Z"),
  );

export const suspect = z.strictObject({
  headers: z
    .record(z.string().check(z.maxLength(200)), z.string().check(z.maxLength(8_000)))
    .check(
      z.refine((headers) => Object.keys(headers).length <= 100, "may have at most 100 headers"),
    ),
  body: z.optional(z.string()),
  body_base64: z.optional(z.string()),
  /** When it arrived; now, if it is not said. */
  received_at: z.optional(moment),
});

export const messages = new Hono<Door>()
  .get("/v1/messages", requires("read"), async (c) => {
    const query = parseQuery(c, messageQuery);
    if (!query.ok) return query.failure.response;
    return answerPage(c, await askLedger(listMessages(c.var.doors.db, query.value)), messageJson);
  })
  .get("/v1/messages/refused", requires("read"), async (c) => {
    const query = parseQuery(c, NO_QUERY);
    if (!query.ok) return query.failure.response;
    const refused = await c.var.doors.refusals.listRefusals();
    return c.json({
      data: refused.map((refusal): RefusalView => ({ ...refusal, at: toIso(refusal.at) })),
      next_cursor: null,
    });
  })
  .get("/v1/messages/:webhook_id", requires("read"), async (c) => {
    const query = parseQuery(c, oneMessage);
    if (!query.ok) return query.failure.response;
    const wantsRaw = query.value.raw === "true";
    if (wantsRaw && !c.var.principal.scopes.has("messages:raw")) {
      return problem("scope_missing", { detail: "This needs a key with the scope messages:raw." });
    }
    const found = await find(c, c.req.param("webhook_id"));
    if (found.length === 0) return problem("message_unknown");
    if (!wantsRaw) return c.json({ data: found.map(messageJson), next_cursor: null });
    const raws = await rawsOf(c, found);
    if (isRemoved(raws)) return problem("body_removed");
    // Of several, `null` stands where one was removed.
    const data = found.map((message, index) => ({
      ...messageJson(message),
      raw: raws[index] ?? null,
    }));
    return c.json({ data, next_cursor: null });
  })
  .post("/v1/messages/:webhook_id/reapply", requires("read"), async (c) => {
    const found = await find(c, c.req.param("webhook_id"));
    if (found.length === 0) return problem("message_unknown");
    if (isRemoved(await rawsOf(c, found))) return problem("body_removed");
    const { orders } = c.var.doors;
    const data = await Promise.all(
      found.map(async ({ actor, n, webhook_id }) => ({
        webhook_id,
        actor,
        n,
        applied: await orders.reapply(actor, n),
      })),
    );
    return c.json({ data, next_cursor: null });
  })
  .post("/v1/doctor/signature", requires("read"), async (c) => {
    const body = await parseBody(c, suspect, DOCTOR_LIMIT);
    if (!body.ok) return body.failure.response;
    const { headers, body: text, body_base64, received_at } = body.value;
    if ((text === undefined) === (body_base64 === undefined)) {
      return bodyProblem("", "must have one of body, body_base64");
    }
    const bytes = body_base64 === undefined ? utf8(text ?? "") : decodeBase64(body_base64);
    if (bytes === null) return bodyProblem("/body_base64", "must be base64 with its padding");
    const { config, now } = c.var.doors;
    const { secrets, encoding, tolerance } = config.webhook;
    const arrived = received_at === undefined ? null : parseInstant(received_at);
    const diagnosis = await diagnoseSignature(
      { headers, body: bytes },
      { secrets, encoding, tolerance, client_secret: config.gateway.client_secret },
      arrived === null ? now() : instantToMilliseconds(arrived),
    );
    return c.json(diagnosis);
  });

/** All that came under the id: more than one when it came with another body, or elsewhere. */
async function find(c: DoorContext, webhookId: string): Promise<readonly ListedMessage[]> {
  return askLedger(findMessages(c.var.doors.db, webhookId));
}

async function rawsOf(
  c: DoorContext,
  found: readonly ListedMessage[],
): Promise<readonly (Kept | null)[]> {
  const { orders } = c.var.doors;
  return Promise.all(found.map(({ actor, n }) => orders.rawMessage(actor, n)));
}

/** Personal data was removed, and with it every raw body under this id (docs/retention.md). */
function isRemoved(raws: readonly (Kept | null)[]): boolean {
  return raws.every((raw) => raw === null);
}

/** What the doctor found. */
export type DiagnosisView = Awaited<ReturnType<typeof diagnoseSignature>>;

/** A message as the lists show it. */
export type MessageView = ReturnType<typeof messageJson>;

/** One of those under an id, with its body if that was asked for. */
export interface OpenedMessage extends MessageView {
  readonly raw?: Kept | null;
}

/** A refused webhook as the list shows it. */
export interface RefusalView extends Omit<Refusal, "at"> {
  readonly at: string;
}

function messageJson(message: ListedMessage) {
  return {
    ...message,
    received_at: toIso(message.received_at),
    sent_at: toIso(message.sent_at),
  };
}
