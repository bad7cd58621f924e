// The Worker: its doors, its cron and its actors, put together. Decides nothing.

import { runScheduled } from "./cron/connect";
import { app } from "./http/app";

export { DeploymentActor } from "./actor/deployment-actor";
export { OrderActor } from "./actor/order-actor";
export { SettlementActor } from "./actor/settlement-actor";

export default {
  fetch: (request, env, ctx) => app.fetch(request, env, ctx),
  scheduled: (controller, env) => runScheduled(controller.cron, env),
} satisfies ExportedHandler<Env>;
