// The Worker under test: the real one, with a D1 and storage that a test can break and the sandbox
// in the same isolate, so that one clock and one module graph serve Worker, objects, gateway and test.
import { WorkerEntrypoint } from "cloudflare:workers";
import { DeploymentActor as RealDeploymentActor } from "../src/actor/deployment-actor";
import type { KeyCheck } from "../src/actor/access-rpc";
import { OrderActor as RealOrderActor } from "../src/actor/order-actor";
import { type Limits, LIMITS } from "../src/actor/part";
import type { Delivery, HandOver } from "../src/actor/rpc";
import { SettlementActor as RealSettlementActor } from "../src/actor/settlement-actor";
import { DESK_LIMITS, type DeskLimits, type DeskPorts } from "../src/actor/settlement-desk";
import type { CommandKind } from "../src/domain/command";
import type { ChargeName, DecisionRefusal, MoneyWish, PermitFailure } from "../src/domain/permit";
import type { Result } from "../src/domain/result";
import worker from "../src/index";
import type { Mailer } from "../src/notify/mailer";
import type { ParsedEvent, Translation } from "../src/pinelabs/event";
import sandbox, { Books } from "../src/sandbox/index";
import { hold } from "./openapi/held";

/**
 * What D1 does to the actors' batches: answer, throw, never answer, or do the work and lose the
 * answer. Tests set it and must set it back.
 */
export const faults: {
  d1: "ok" | "throw" | "hang" | "lost_answer";
  /** Webhooks whose id this matches can not be translated: a bug of ours, planted (law 4). */
  translate: ((event: ParsedEvent) => boolean) | null;
  /** Statements and transactions ("COMMIT") of an actor's own storage that throw. */
  storage: ((actor: string, statement: string) => boolean) | null;
  /** Homes that can not take what an alias hands over. */
  absorb: ((home: string) => boolean) | null;
  /** Waited for by the gateway: its work is done ("GET /path 200"), its answer has not left. */
  gateway: ((call: string) => Promise<void>) | null;
  /** Waited for by a request ("GET /path") on its way to the gateway. */
  arrival: ((call: string) => Promise<void>) | null;
  /** How long an actor waits for one answer of the gateway, in real milliseconds. */
  patience: number;
  /** The same for one answer of the merchant's system. */
  receiver_patience: number;
  /** Waited for before a batch reaches D1. */
  batch: (() => Promise<void>) | null;
  /** Stands between an actor and its batch: may fail it, keep it back, or lose its answer. */
  ledger: ((actor: Mortal, send: () => Promise<D1Result[]>) => Promise<D1Result[]>) | null;
  /** Stands between an order's actor and another of any kind, of which it asks this method. */
  peer: (<T>(from: Mortal, method: string, ask: () => Promise<T>) => Promise<T>) | null;
  /** Asked after each transaction of an order's actor: true, and it dies before anybody hears of it. */
  dies: ((actor: string) => boolean) | null;
  /** Whether D1 answers the doors and the cron. */
  readings: "ok" | "throw";
  /** How long one job of an alarm may take, in real milliseconds. */
  job: number;
  /**
   * What becomes of a question to the keeper of keys: it throws before or after its work, or waits as
   * long as the test says.
   */
  access: ((asked: AccessQuestion) => AccessFault | null) | null;
  /** Changes of people that are done, and whose answer is lost. */
  people: ((asked: "invitePerson") => boolean) | null;
  /** Answers for the keys of a team of Cloudflare Access. */
  certs: ((request: Request) => Promise<Response>) | null;
  /** Settings of the actors that are other than the deployment's. */
  settings: Readonly<Partial<Record<keyof Env, string>>>;
  /** Takes the e-mails; null: the deployment has no way to send any. */
  mailer: Mailer | null;
  /** How long an actor waits for it, in real milliseconds. */
  mailPatience: number;
  /** Whom the settlement reader asks instead of the real ones, and how much of it at once. */
  desk: { readonly ports: Partial<DeskPorts>; readonly limits: Partial<DeskLimits> } | null;
} = {
  d1: "ok",
  translate: null,
  storage: null,
  absorb: null,
  gateway: null,
  arrival: null,
  patience: 2_000,
  receiver_patience: 2_000,
  batch: null,
  ledger: null,
  peer: null,
  dies: null,
  readings: "ok",
  job: 3_000,
  access: null,
  people: null,
  certs: null,
  settings: {},
  mailer: null,
  mailPatience: 2_000,
  desk: null,
};

/** An actor that can be made to die here and now; what it has not committed is gone. */
export interface Mortal {
  readonly name: string;
  die(): void;
}

function mortal(ctx: DurableObjectState): Mortal {
  return { name: ctx.id.name ?? "", die: () => ctx.abort("planted: this actor has died") };
}

function faulty(db: D1Database, actor: Mortal): D1Database {
  return replacing(db, {
    batch: async (statements: D1PreparedStatement[]): Promise<D1Result[]> => {
      if (faults.ledger !== null) return faults.ledger(actor, () => db.batch(statements));
      await faults.batch?.();
      if (faults.d1 === "throw") throw new Error("D1_ERROR: planted");
      if (faults.d1 === "hang") return new Promise(() => {});
      const results = await db.batch(statements);
      if (faults.d1 === "lost_answer") throw new Error("Network connection lost");
      return results;
    },
  });
}

/** D1 as the doors and the cron ask it. */
function readable(db: D1Database): D1Database {
  const throwing = (): never => {
    throw new Error("D1_ERROR: planted");
  };
  return faults.readings === "ok" ? db : replacing(db, { prepare: throwing, batch: throwing });
}

interface Actors {
  getByName(name: string): object;
}

/** Actors as another actor asks them. */
function askable<T extends Actors>(actors: T, from: Mortal): T {
  const getByName = (name: string): unknown => {
    const stub = actors.getByName(name);
    return new Proxy(stub, {
      get(target, call): unknown {
        const { peer } = faults;
        const method: unknown = Reflect.get(target, call);
        if (peer === null || typeof call !== "string" || !isMethod(method)) return method;
        return (...given: unknown[]) =>
          peer(from, call, async () => Reflect.apply(method, target, given));
      },
    });
  };
  return replacing(actors, { getByName });
}

/** An object whose members of these names are others. */
function replacing<T extends object>(whole: T, replaced: { readonly [name: string]: unknown }): T {
  return new Proxy(whole, {
    get(target, key): unknown {
      if (typeof key === "string" && key in replaced) return replaced[key];
      const value: unknown = Reflect.get(target, key);
      // Unbound, a method of the platform answers "Illegal invocation".
      return isMethod(value) ? value.bind(target) : value;
    },
  });
}

/** An actor's own storage, with bugs of ours planted where a test says. */
function breakable(ctx: DurableObjectState): DurableObjectState {
  const { storage } = ctx;
  const strike = (statement: string): void => {
    if (faults.storage?.(ctx.id.name ?? "", statement)) throw new Error("planted: a bug of ours");
  };
  const sql = replacing(storage.sql, {
    exec: (statement: string, ...values: SqlStorageValue[]) => {
      strike(statement);
      return storage.sql.exec(statement, ...values);
    },
  });
  const transactionSync = <T>(work: () => T): T => {
    const kept = storage.transactionSync(() => {
      const done = work();
      strike("COMMIT");
      return done;
    });
    if (faults.dies?.(ctx.id.name ?? "")) mortal(ctx).die();
    return kept;
  };
  // The runtime takes no stand-in for the state itself.
  const broken = replacing(storage, { sql, transactionSync });
  return Object.defineProperty(ctx, "storage", { value: broken });
}

function isMethod(value: unknown): value is (...args: unknown[]) => unknown {
  return typeof value === "function";
}

class ChangedSettings {
  #changed: { readonly of: typeof faults.settings; readonly env: Env } | null = null;

  /** One object for as long as they stay the same: what was read of it is remembered by it. */
  of(env: Env): Env {
    const of = faults.settings;
    const known = this.#changed?.of === of ? this.#changed : null;
    // The runtime's own object: only its settings, which are texts, are replaced.
    const changed = known ?? { of, env: replacing(env, of) };
    this.#changed = changed;
    return changed.env;
  }
}

/** The names of all order actors that were ever awake, until a test forgets them. */
export const awake = new Set<string>();

/** The real actor with a breakable D1, a breakable translation and short limits. */
export class OrderActor extends RealOrderActor {
  constructor(ctx: DurableObjectState, env: Env) {
    const self = mortal(ctx);
    awake.add(self.name);
    super(breakable(ctx), {
      ...env,
      DB: faulty(env.DB, self),
      ORDERS: askable(env.ORDERS, self),
      DEPLOYMENT: askable(env.DEPLOYMENT, self),
    });
  }

  /** Real milliseconds: only `Date` is virtual in tests. */
  protected override limits(): Limits {
    return {
      ...LIMITS,
      get gateway() {
        return faults.patience;
      },
      get mail() {
        return faults.mailPatience;
      },
      get job() {
        return faults.job;
      },
      get notify() {
        return faults.receiver_patience;
      },
    };
  }

  protected override mailer(): Mailer | null {
    return faults.mailer;
  }

  readonly #changing = new ChangedSettings();

  protected override settings(): Env {
    return this.#changing.of(this.env);
  }

  protected override translate(event: ParsedEvent): Translation {
    if (faults.translate?.(event)) throw new Error("planted: this event can not be translated");
    return super.translate(event);
  }

  override async absorb(given: HandOver): Promise<Delivery> {
    if (faults.absorb?.(this.ctx.id.name ?? "")) return { kind: "refused" };
    return super.absorb(given);
  }
}

type AccessQuestion = "checkKey" | "permitMoney" | "permitDecision" | "giveBack";

/** A keeper of keys that can not be asked, does its work and loses the answer, or takes its time. */
export type AccessFault = "throw" | "lost_answer" | (() => Promise<void>);

/** The real one with a breakable D1, and questions that a test can break. */
export class DeploymentActor extends RealDeploymentActor {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, { ...env, DB: faulty(env.DB, mortal(ctx)) });
  }

  override async checkKey(asked: {
    readonly id: string;
    readonly hash: string;
  }): Promise<KeyCheck> {
    return struck("checkKey", () => super.checkKey(asked));
  }

  override async permitMoney(wish: MoneyWish): Promise<Result<null, PermitFailure>> {
    return struck("permitMoney", () => super.permitMoney(wish));
  }

  override async permitDecision(
    key_id: string | null,
    kind: CommandKind,
  ): Promise<Result<null, DecisionRefusal>> {
    return struck("permitDecision", () => super.permitDecision(key_id, kind));
  }

  override async giveBack(charges: readonly ChargeName[]): Promise<void> {
    return struck("giveBack", () => super.giveBack(charges));
  }

  override async invitePerson(
    ...asked: Parameters<RealDeploymentActor["invitePerson"]>
  ): ReturnType<RealDeploymentActor["invitePerson"]> {
    const done = await super.invitePerson(...asked);
    if (faults.people?.("invitePerson") === true) throw new Error("planted: the answer was lost");
    return done;
  }

  readonly #changing = new ChangedSettings();

  protected override settings(): Env {
    return this.#changing.of(this.env);
  }
}

async function struck<T>(asked: AccessQuestion, work: () => Promise<T>): Promise<T> {
  const fault = faults.access?.(asked) ?? null;
  if (fault === "throw") throw new Error("planted: nobody there");
  const done = await work();
  if (fault === "lost_answer") throw new Error("planted: the answer was lost");
  if (fault !== null) await fault();
  return done;
}

/** The real reader with a breakable D1 and storage, and whoever a test puts around it. */
export class SettlementActor extends RealSettlementActor {
  readonly #changing = new ChangedSettings();

  constructor(ctx: DurableObjectState, env: Env) {
    super(breakable(ctx), { ...env, DB: faulty(env.DB, mortal(ctx)) });
  }

  protected override limits(): DeskLimits {
    const short: DeskLimits = { ...DESK_LIMITS, gateway: 2_000, ledger: 3_000, order: 3_000 };
    // Looked up each time: a test changes them while the object lives.
    return new Proxy(short, {
      get: (whole, key): unknown => Reflect.get({ ...whole, ...faults.desk?.limits }, key),
    });
  }

  protected override settings(): Env {
    return this.#changing.of(this.env);
  }

  protected override ports(): DeskPorts {
    const real = super.ports();
    return new Proxy(real, {
      get: (whole, key): unknown => Reflect.get({ ...whole, ...faults.desk?.ports }, key),
    });
  }
}

/** The gateway's stand-in, as the Worker's only way out. */
export class Sandbox extends WorkerEntrypoint {
  override async fetch(request: Request): Promise<Response> {
    const { hostname, pathname } = new URL(request.url);
    const call = `${request.method} ${pathname}`;
    if (hostname.endsWith(".cloudflareaccess.com")) {
      return faults.certs?.(request) ?? new Response("planted: nobody there", { status: 502 });
    }
    if (faults.arrival === null) return this.#work(call, request);
    // What is on its way arrives, although its sender may be dead by then.
    const sent = new Request(request.url, {
      method: request.method,
      headers: request.headers,
      ...(request.body === null ? {} : { body: await request.text() }),
    });
    const answer = faults.arrival(call).then(() => this.#work(call, sent));
    this.ctx.waitUntil(answer.catch(() => undefined));
    return answer;
  }

  async #work(call: string, request: Request): Promise<Response> {
    const answer = await sandbox.fetch(request, this.env, this.ctx);
    await faults.gateway?.(`${call} ${answer.status}`);
    return answer;
  }
}

export { Books };

function readBy(env: Env): Env {
  return faults.readings === "ok" ? env : { ...env, DB: readable(env.DB) };
}

/** The real Worker, each of whose answers is held against the description of the API. */
export default {
  ...worker,
  fetch: async (request, env, ctx) => hold(request, await worker.fetch(request, readBy(env), ctx)),
  scheduled: (controller, env) => worker.scheduled(controller, readBy(env)),
} satisfies ExportedHandler<Env>;
