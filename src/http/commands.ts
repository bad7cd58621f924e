// Money: refunds, captures and voids of an order (design section 4). 201 done or pending, 202 with a
// Location when nobody knows yet, 409 for a reference that was used for something else, 422 refused with
// a code. The same request again gives the first outcome, however often it is sent.

import { Hono } from "hono";
import type { CommandRequest } from "../actor/rpc";
import { COMMAND_KINDS, type CommandKind } from "../domain/command";
import type { CommandView, RefundView } from "../domain/command-view";
import { isLinkId, isOrderId, isReference } from "../domain/ids";
import { decisionNotAllowed } from "./access-problem";
import { requires } from "./auth";
import { commandProblem, refusalProblem } from "./command-problem";
import {
  captureCommand,
  captureSchema,
  decisionSchema,
  refundCommand,
  refundSchema,
  voidCommand,
  voidSchema,
} from "./command-schema";
import type { Door, DoorContext, Scope } from "./doors";
import { NO_QUERY, parseBody, parseOptionalBody, parseQuery } from "./input";
import { problem } from "./problem";

const RETRY_SECONDS = 10;

/** Which scope decides about a command: the one that may ask for it. */
const SCOPE_OF: { readonly [kind in CommandKind]: Scope } = {
  refund: "refund",
  capture: "capture",
  void: "capture",
};

export const commands = new Hono<Door>()
  .post("/v1/orders/:id/refunds", requires("refund"), async (c) => {
    const body = await parseBody(c, refundSchema);
    if (!body.ok) return body.failure.response;
    const command = refundCommand(body.value, c.req.header("idempotency-key"));
    return command.ok ? run(c, command.value) : command.failure.response;
  })
  .post("/v1/orders/:id/capture", requires("capture"), async (c) => {
    const body = await parseOptionalBody(c, captureSchema);
    if (!body.ok) return body.failure.response;
    const command = captureCommand(body.value, c.req.header("idempotency-key"));
    return command.ok ? run(c, command.value) : command.failure.response;
  })
  .post("/v1/orders/:id/void", requires("capture"), async (c) => {
    const body = await parseOptionalBody(c, voidSchema);
    return body.ok ? run(c, voidCommand(body.value)) : body.failure.response;
  })
  .get("/v1/orders/:id/refunds", requires("read"), async (c) => {
    const refunds = await listRefunds(c);
    return refunds instanceof Response ? refunds : c.json({ data: refunds, next_cursor: null });
  })
  .get("/v1/orders/:id/refunds/:reference", requires("read"), async (c) => {
    const refunds = await listRefunds(c);
    if (refunds instanceof Response) return refunds;
    const name = c.req.param("reference");
    const found = refunds.find(
      ({ merchant_refund_reference, refund_id }) =>
        merchant_refund_reference === name || refund_id === name,
    );
    return found
      ? c.json(found)
      : problem("command_unknown", {
          detail: "The order has no refund with this reference or id.",
        });
  })
  .get("/v1/orders/:id/commands", requires("read"), async (c) => {
    const listed = await listCommands(c);
    return listed instanceof Response ? listed : c.json({ data: listed, next_cursor: null });
  })
  .get("/v1/orders/:id/commands/:kind/:reference", requires("read"), async (c) => {
    const listed = await listCommands(c);
    if (listed instanceof Response) return listed;
    const { kind, reference } = c.req.param();
    const found = listed.find((one) => one.kind === kind && one.reference === reference);
    return found ? c.json(found) : problem("command_unknown");
  })
  .post("/v1/orders/:id/commands/:kind/:reference/decision", requires(scopeOfKind), async (c) => {
    const id = c.req.param("id");
    const kind = kindOf(c);
    const reference = c.req.param("reference");
    if (!isNamed(id)) return problem("order_unknown");
    if (kind === undefined || !isReference(reference)) return problem("command_unknown");
    const body = await parseBody(c, decisionSchema);
    if (!body.ok) return body.failure.response;
    const { name: requested_by, key_id, limited } = c.var.principal;
    if (limited && kind === "refund") return decisionNotAllowed();
    const request = { ...body.value, kind, reference, requested_by, key_id };
    const decided = await c.var.doors.orders.decideCommand({ id }, request);
    return decided.ok ? c.json(decided.value) : commandProblem(decided.failure);
  });

function kindOf(c: DoorContext): CommandKind | undefined {
  return COMMAND_KINDS.find((known) => known === c.req.param("kind"));
}

/** What is no command has nothing to decide: any key may be told so. */
function scopeOfKind(c: DoorContext): Scope {
  const kind = kindOf(c);
  return kind === undefined ? "read" : SCOPE_OF[kind];
}

async function run(
  c: DoorContext,
  command: Pick<CommandRequest, "kind" | "reference" | "asked" | "expected">,
): Promise<Response> {
  const id = c.req.param("id") ?? "";
  if (!isNamed(id)) return problem("order_unknown");
  const { name: requested_by, key_id } = c.var.principal;
  const request = { ...command, named: id, requested_by, key_id };
  const done = await c.var.doors.orders.command({ id }, request);
  return done.ok ? answer(c, id, done.value) : commandProblem(done.failure);
}

/** A command's outcome so far; the same for every repeat of its request. */
function answer(c: DoorContext, id: string, command: CommandView): Response {
  c.header("location", locationOf(id, command));
  switch (command.outcome) {
    case "done":
    case "pending":
      return c.json(command, 201);
    case "in_flight":
    case "unknown":
    case "needs_decision":
      c.header("retry-after", String(RETRY_SECONDS));
      return c.json(command, 202);
    case "failed":
      return problem("refund_failed", {
        detail: "The gateway took this refund and could not do it. Its reference is spent.",
        members: { command },
      });
    case "refused":
      return command.refusal
        ? refusalProblem(command.refusal, { command })
        : problem("internal_error");
  }
}

function locationOf(id: string, { kind, reference }: CommandView): string {
  const path = kind === "refund" ? "refunds" : `commands/${kind}`;
  return `/v1/orders/${encodeURIComponent(id)}/${path}/${encodeURIComponent(reference)}`;
}

async function listRefunds(c: DoorContext): Promise<readonly RefundView[] | Response> {
  const query = parseQuery(c, NO_QUERY);
  if (!query.ok) return query.failure.response;
  const id = c.req.param("id") ?? "";
  const order = isNamed(id) ? await c.var.doors.orders.find({ id }) : null;
  return order?.refunds ?? problem("order_unknown");
}

async function listCommands(c: DoorContext): Promise<readonly CommandView[] | Response> {
  const query = parseQuery(c, NO_QUERY);
  if (!query.ok) return query.failure.response;
  const id = c.req.param("id") ?? "";
  const listed = isNamed(id) ? await c.var.doors.orders.commands({ id }) : null;
  return listed ?? problem("order_unknown");
}

function isNamed(id: string): boolean {
  return isOrderId(id) || isLinkId(id);
}
