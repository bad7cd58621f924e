// The Worker under test: the real one, with a D1 that a test can break and the sandbox in the
// same isolate, so that one clock and one module graph serve Worker, objects, gateway and test.
import { WorkerEntrypoint } from "cloudflare:workers";
import { DeploymentActor } from "../src/actor/deployment-actor";
import { OrderActor as RealOrderActor } from "../src/actor/order-actor";
import { type Limits, LIMITS } from "../src/actor/part";
import worker from "../src/index";
import type { ParsedEvent, Translation } from "../src/pinelabs/event";
import sandbox, { Books } from "../src/sandbox/index";

/**
 * What D1 does to the actors' batches: answer, throw, never answer, or do the work and lose the
 * answer. Tests set it and must set it back.
 */
export const faults: {
  d1: "ok" | "throw" | "hang" | "lost_answer";
  /** Webhooks whose id this matches can not be translated: a bug of ours, planted (law 4). */
  translate: ((event: ParsedEvent) => boolean) | null;
} = { d1: "ok", translate: null };

function faulty(db: D1Database): D1Database {
  return new Proxy(db, {
    get(target, key) {
      if (key === "batch") {
        return async (statements: D1PreparedStatement[]): Promise<D1Result[]> => {
          if (faults.d1 === "throw") throw new Error("D1_ERROR: planted");
          if (faults.d1 === "hang") return new Promise(() => {});
          const results = await target.batch(statements);
          if (faults.d1 === "lost_answer") throw new Error("Network connection lost");
          return results;
        };
      }
      const value: unknown = Reflect.get(target, key);
      // Unbound, a method of the platform answers "Illegal invocation".
      return isMethod(value) ? value.bind(target) : value;
    },
  });
}

function isMethod(value: unknown): value is (...args: unknown[]) => unknown {
  return typeof value === "function";
}

/** The real actor with a breakable D1, a breakable translation and short limits. */
export class OrderActor extends RealOrderActor {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, { ...env, DB: faulty(env.DB) });
  }

  /** Real milliseconds: only `Date` is virtual in tests. */
  protected override limits(): Limits {
    return { ...LIMITS, gateway: 2_000, job: 700 };
  }

  protected override translate(event: ParsedEvent): Translation {
    if (faults.translate?.(event)) throw new Error("planted: this event can not be translated");
    return super.translate(event);
  }
}

/** The gateway's stand-in, as the Worker's only way out. */
export class Sandbox extends WorkerEntrypoint {
  override async fetch(request: Request): Promise<Response> {
    return sandbox.fetch(request, this.env, this.ctx);
  }
}

export { Books, DeploymentActor };
export default worker;
