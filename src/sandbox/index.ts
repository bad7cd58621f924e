/**
 * The sandbox Worker, the stand-in for Pine Labs Online. It is the primary Worker of
 * `npm start`: it answers `/sandbox` and everything under it by itself, hands every other path to
 * the Worker under test, and passes cron on to it. In tests it lives in the same
 * isolate and receives whatever the Worker under test fetches, so it looks at the path
 * only, never at the host. Nothing that is deployed imports it.
 */
import type { SandboxEnv } from "./settings";

export { Books } from "./books";

/** A service binding's `scheduled` works under `wrangler dev` but has no type. */
interface Scheduled {
  scheduled(controller: {
    readonly cron: string;
    readonly scheduledTime: number;
  }): Promise<unknown>;
}

export default {
  async fetch(request: Request, env: SandboxEnv, _ctx: ExecutionContext): Promise<Response> {
    const { pathname } = new URL(request.url);
    // Whoever opens the bare address wants the page that `npm start` names; the Worker has none there.
    if (pathname === "/" && request.method === "GET")
      return Response.redirect(new URL("/sandbox", request.url).href, 302);
    if (pathname !== "/sandbox" && !pathname.startsWith("/sandbox/")) {
      return env.MERCHANT.fetch(request);
    }
    const books = env.BOOKS.getByName("books");
    return books.fetch(new Request(request, { redirect: "manual" }));
  },

  async scheduled(controller: ScheduledController, env: SandboxEnv): Promise<void> {
    const merchant = env.MERCHANT as unknown as Scheduled;
    await merchant.scheduled({ cron: controller.cron, scheduledTime: controller.scheduledTime });
  },
};
