// The Worker: its doors, its console, its cron and its actors, put together. Decides nothing.

import { site } from "./console/site";
import { runScheduled } from "./cron/connect";
import { app } from "./http/app";

export { DeploymentActor } from "./actor/deployment-actor";
export { OrderActor } from "./actor/order-actor";
export { SettlementActor } from "./actor/settlement-actor";

export default {
  fetch: (request, env, ctx) => (isConsole(request.url) ? site : app).fetch(request, env, ctx),
  scheduled: (controller, env) => runScheduled(controller.cron, env),
} satisfies ExportedHandler<Env>;

function isConsole(url: string): boolean {
  const { pathname } = new URL(url);
  return pathname === "/console" || pathname.startsWith("/console/");
}
