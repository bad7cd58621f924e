// What belongs to the deployment and not to an order: the gateway's access token, shared by all
// actors; the last refused webhooks; the last run of each cron job; whether the merchant's system asked
// for no more notifications. No money, no decisions.

import { DurableObject } from "cloudflare:workers";
import { type Refusal, REFUSALS_KEPT } from "../domain/refusal";
import { MINUTE } from "../domain/schedule";
import type { Milliseconds } from "../domain/time";
import type { StoredToken } from "../pinelabs/gateway";
import { readConfig } from "../config";
import { openGateway } from "./gateway";
import { LIMITS } from "./part";
import type { CredentialsCheck, DeploymentActorRpc, JobRun, Pause } from "./peers";

/** The gateway is not asked for a token more often than this by health checks. */
const CREDENTIALS_FRESH = MINUTE;

interface KeptRefusal {
  readonly count: number;
  readonly refusal: Refusal;
}

const PAUSE = "receiver_pause";

interface KeptPause {
  readonly receiver: string;
  readonly pause: Pause;
}

export class DeploymentActor extends DurableObject<Env> implements DeploymentActorRpc {
  async readToken(): Promise<StoredToken | null> {
    return this.ctx.storage.kv.get<StoredToken>("token") ?? null;
  }

  async writeToken(token: StoredToken): Promise<void> {
    this.ctx.storage.kv.put("token", token);
  }

  /** Forgets this token, but not a newer one that somebody fetched meanwhile. */
  async dropToken(token: string): Promise<void> {
    if ((await this.readToken())?.token === token) this.ctx.storage.kv.delete("token");
  }

  async checkCredentials(): Promise<CredentialsCheck> {
    const known = this.ctx.storage.kv.get<CredentialsCheck>("credentials");
    if (known && Date.now() - known.checked_at < CREDENTIALS_FRESH) return known;
    const config = readConfig(this.env);
    if (!config.ok) return { ok: false, code: config.failure.code, checked_at: Date.now() };
    const answer = await openGateway(this.env, config.value).checkCredentials(LIMITS.gateway);
    const check: CredentialsCheck = {
      ok: answer.ok,
      code: answer.ok ? null : answer.failure.code,
      checked_at: Date.now(),
    };
    this.ctx.storage.kv.put("credentials", check);
    return check;
  }

  async recordRefusal(refusal: Refusal): Promise<void> {
    this.ctx.storage.transactionSync(() => {
      const count = this.ctx.storage.kv.get<number>("refusals") ?? 0;
      this.ctx.storage.kv.put(`refusal:${count % REFUSALS_KEPT}`, { count, refusal });
      this.ctx.storage.kv.put("refusals", count + 1);
    });
  }

  /** Newest first. */
  async listRefusals(): Promise<readonly Refusal[]> {
    const kept = [...this.ctx.storage.kv.list<KeptRefusal>({ prefix: "refusal:" })];
    const newestFirst = kept.map(([, row]) => row).toSorted((a, b) => b.count - a.count);
    return newestFirst.map(({ refusal }) => refusal);
  }

  async pausedUntil(): Promise<Milliseconds> {
    return this.ctx.storage.kv.get<Milliseconds>("paused_until") ?? 0;
  }

  async pauseUntil(moment: Milliseconds): Promise<void> {
    this.ctx.storage.kv.put("paused_until", moment);
  }

  async pauseOf(receiver: string): Promise<Pause | null> {
    const known = this.ctx.storage.kv.get<KeptPause>(PAUSE);
    return known?.receiver === receiver ? known.pause : null;
  }

  /** The first one counts for as long as it stands. */
  async pauseReceiver(receiver: string, pause: Pause): Promise<void> {
    const known = this.ctx.storage.kv.get<KeptPause>(PAUSE);
    if (known?.receiver !== receiver) this.ctx.storage.kv.put(PAUSE, { receiver, pause });
  }

  async resumeReceiver(): Promise<Pause | null> {
    const known = this.ctx.storage.kv.get<KeptPause>(PAUSE);
    this.ctx.storage.kv.delete(PAUSE);
    return known?.pause ?? null;
  }

  async recordRun(job: string, run: JobRun): Promise<void> {
    this.ctx.storage.kv.put(`run:${job}`, run);
  }

  async lastRuns(): Promise<{ readonly [job: string]: JobRun }> {
    const runs = [...this.ctx.storage.kv.list<JobRun>({ prefix: "run:" })];
    return Object.fromEntries(runs.map(([key, run]) => [key.slice("run:".length), run]));
  }
}
