// The switch: stops every money command of the deployment at once, without a deployment, and lets them go
// on. What is on its way when it is thrown may still end; what would be sent next waits or is refused.

import { Hono } from "hono";
import { viewSwitch } from "../domain/money-switch";
import { askAccess, changeAccess, keyEnded } from "./access-problem";
import { requires } from "./auth";
import type { Door, DoorContext } from "./doors";
import { NO_QUERY, parseBody, parseQuery } from "./input";
import { switchSchema } from "./key-schema";
import { changerOf } from "./keys";

export const money = new Hono<Door>()
  .get("/v1/money", requires("read"), async (c) => {
    const query = parseQuery(c, NO_QUERY);
    if (!query.ok) return query.failure.response;
    return c.json(viewSwitch(await askAccess(c.var.doors.access.moneySwitch())));
  })
  .post("/v1/money/stop", requires("admin"), (c) => set(c, true))
  .post("/v1/money/resume", requires("admin"), (c) => set(c, false));

async function set(c: DoorContext, stopped: boolean): Promise<Response> {
  const body = await parseBody(c, switchSchema);
  if (!body.ok) return body.failure.response;
  const { access } = c.var.doors;
  const asked = access.throwSwitch({ stopped, ...body.value }, changerOf(c));
  const thrown = await changeAccess(asked, "GET /v1/money");
  return thrown.ok ? c.json(viewSwitch(thrown.value)) : keyEnded();
}
