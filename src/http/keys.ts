// API keys: made, listed and revoked by an administrator. A key is shown once, in the answer that makes
// it; afterwards nobody can read it again, and a lost one is replaced by a new one.

import { Hono } from "hono";
import type { Changer } from "../actor/access-rpc";
import { isKeyId } from "../domain/access-key";
import { askAccess, changeAccess, keyEnded, keyProblem } from "./access-problem";
import { requires } from "./auth";
import type { Door, DoorContext } from "./doors";
import { bodyProblem, NO_QUERY, parseBody, parseQuery } from "./input";
import { isInTime, keySchema, newKeyOf } from "./key-schema";
import { problem } from "./problem";

/** Where a change shows whose answer was lost. */
const SHOWN_AT = "GET /v1/keys";

export const keys = new Hono<Door>()
  .post("/v1/keys", requires("admin"), async (c) => {
    const body = await parseBody(c, keySchema);
    if (!body.ok) return body.failure.response;
    const wanted = newKeyOf(body.value);
    const { access, now } = c.var.doors;
    if (!isInTime(wanted, now())) return bodyProblem("/expires_at", "must be in the future");
    const made = await changeAccess(access.createKey(wanted, changerOf(c)), SHOWN_AT);
    if (made.ok) return c.json({ ...made.value.view, key: made.value.key }, 201);
    return made.failure.code === "key_ended" ? keyEnded() : keyProblem(made.failure);
  })
  .get("/v1/keys", requires("admin"), async (c) => {
    const query = parseQuery(c, NO_QUERY);
    if (!query.ok) return query.failure.response;
    const data = await askAccess(c.var.doors.access.listKeys());
    return c.json({ data, next_cursor: null });
  })
  .delete("/v1/keys/:id", requires("admin"), async (c) => {
    const id = c.req.param("id");
    if (!isKeyId(id)) return problem("key_unknown");
    const revoked = await changeAccess(c.var.doors.access.revokeKey(id, changerOf(c)), SHOWN_AT);
    if (revoked.ok) return c.json(revoked.value);
    return revoked.failure.code === "key_ended" ? keyEnded() : problem("key_unknown");
  });

export function changerOf(c: DoorContext): Changer {
  const { name, key_id } = c.var.principal;
  return { name, key_id };
}
