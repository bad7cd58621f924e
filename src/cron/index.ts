// Which cron expression runs which jobs. One JSON line a run says what it did; the deployment's
// actor keeps the last one for GET /v1/health.

import { reasonOf } from "../domain/redact";
import type { DeploymentActorRpc } from "../actor/peers";
import type { SettlementActorRpc } from "../actor/settlement-rpc";
import type { Milliseconds } from "../domain/time";
import { type DaysPorts, runDays } from "./days";
import { type PollPorts, runPoll } from "./poll";
import { type ResumptionPorts, runResumption } from "./resumption";
import { type RetentionPorts, runRetention } from "./retention";
import { runWatchdog, type WatchdogPorts } from "./watchdog";

export interface CronPorts {
  readonly poll: PollPorts;
  readonly watchdog: WatchdogPorts;
  readonly resumption: ResumptionPorts;
  readonly days: DaysPorts;
  /** Until when the gateway asked for silence; 0 when it did not. */
  pausedUntil(): Promise<Milliseconds>;
  pauseUntil(moment: Milliseconds): Promise<void>;
  readonly runs: Pick<DeploymentActorRpc, "recordRun">;
  /** Reads the settlement reports by its own alarm; here it is only told the time. */
  readonly settlements: Pick<SettlementActorRpc, "tick">;
  /** Null: personal data is kept (RETENTION_DAYS is not set). */
  readonly retention: RetentionPorts | null;
  now(): Milliseconds;
  log(line: string): void;
}

/** Every minute. */
const EVERY_MINUTE = "* * * * *";

/** Every hour, away from its beginning, when everybody's cron runs. */
const EVERY_HOUR = "7 * * * *";

/** Unknown expressions do nothing and say so: a trigger was added without its job. */
export async function runCron(expression: string, ports: CronPorts): Promise<void> {
  switch (expression) {
    case EVERY_MINUTE:
      await runMinute(ports);
      return;
    case EVERY_HOUR:
      await runLogged("settlements", ports, async () => {
        await ports.settlements.tick();
        return { ...IDLE, due: 1, asked: 1 };
      });
      if (ports.retention !== null) {
        const { retention } = ports;
        await runLogged("retention", ports, () => runRetention(retention));
      }
      return;
    default:
      ports.log(JSON.stringify({ event: "cron_unknown", expression }));
  }
}

async function runMinute(ports: CronPorts): Promise<void> {
  await runLogged("watchdog", ports, async () => {
    const woken = await runWatchdog(ports.watchdog);
    return { ...woken, changed: 0, left_over: 0 };
  });
  await runLogged("poll", ports, async () => {
    const paused = await ports.pausedUntil();
    // It ran and kept silent: that is no cron that died.
    if (paused > ports.now()) return { ...IDLE, paused_until: new Date(paused).toISOString() };
    const { pause_until, ...result } = await runPoll(ports.poll);
    if (pause_until !== null) await ports.pauseUntil(pause_until);
    return result;
  });
  // Behind what moves money, because they may take what is left of the run's time and calls.
  await runLogged("days", ports, () => runDays(ports.days));
  await runLogged("resumption", ports, () => runResumption(ports.resumption));
}

/** The last run of these is kept for GET /v1/health. */
const RECORDED: readonly string[] = ["poll", "settlements", "retention", "days"];

const IDLE = { due: 0, asked: 0, changed: 0, failed: 0, left_over: 0 };

interface Run {
  readonly due: number;
  readonly asked: number;
  readonly changed: number;
  readonly failed: number;
  readonly left_over: number;
  /** The gateway asked for silence until then, and nothing was asked. */
  readonly paused_until?: string;
}

/** A job that throws is logged and does not stop the next one; `null`: it was not time for it. */
async function runLogged(
  job: string,
  ports: CronPorts,
  work: () => Promise<Run | null>,
): Promise<void> {
  const started = ports.now();
  try {
    const run = await work();
    if (run === null) return;
    ports.log(JSON.stringify({ event: job, ...run, took_ms: ports.now() - started }));
    const { paused_until: _, ...counts } = run;
    if (RECORDED.includes(job)) await ports.runs.recordRun(job, { at: started, ...counts });
  } catch (error) {
    const reason = reasonOf(error);
    ports.log(JSON.stringify({ event: job, error: reason, took_ms: ports.now() - started }));
  }
}
