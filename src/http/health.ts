// Whether this deployment can do its work, in facts and in sentences that name what to do. A stalled
// ledger or an unreachable gateway is an answer here, not an error.

import { LIMITS } from "../actor/part";
import type { JobRun } from "../actor/peers";
import { publicUrl } from "../config";
import { DAY, HOUR, MINUTE } from "../domain/schedule";
import { isoOrNull, type Milliseconds, toIso } from "../domain/time";
import { health as ledgerHealth } from "../ledger/due";
import { listMessages } from "../ledger/messages";
import type { DoorContext } from "./doors";
import { askLedger, LedgerUnavailable } from "./ledger";
import { moneySentences, readMoneySwitch } from "./money-health";
import { readReceiver, receiverSentences } from "./receiver-health";
import { answerOf, readReports, reportSentences } from "./report-health";

const LEDGER_LIMIT_MS = 3_000;
/** The actor's own limit for the gateway, and a little for its way back. */
const CREDENTIALS_LIMIT_MS = LIMITS.gateway + 2_000;
/** The cron runs every minute; after this long it does not. */
const CRON_SILENT = 5 * MINUTE;
/** Inquiries are spread out; this late they are not kept up with. */
const INQUIRY_LATE = 10 * MINUTE;
const WAKE_LATE = 10 * MINUTE;
/** A day brings more to remove than an hour takes; two of them are more than a busy day. */
const RETENTION_BEHIND = 2 * DAY;
/** A large ledger is counted for the first time in a few hours. */
const DAYS_BEHIND = 6 * HOUR;

export async function healthOf(c: DoorContext) {
  const { config, deployment, settlements, now } = c.var.doors;
  const [gateway, runs, ledger, reports, receiver, money] = await Promise.all([
    answerOf(c, "gateway", deployment.checkCredentials(), CREDENTIALS_LIMIT_MS),
    answerOf(c, "cron", deployment.lastRuns()),
    readLedger(c),
    answerOf(c, "settlements", readReports(settlements)),
    readReceiver(c),
    readMoneySwitch(c),
  ]);
  // The hourly run of the settlements says nothing about the cron of every minute.
  const lastRun = runs?.["poll"]?.at ?? null;
  const wrong = [
    ...(gateway?.ok === true ? [] : [gatewaySentence(gateway?.code ?? null)]),
    ...(ledger === null ? ["The ledger (D1) gives no answer; lists and polling wait for it."] : []),
    ...(runs === null
      ? ["When the cron last ran is not known: who keeps that gives no answer."]
      : cronSentences(lastRun, now())),
    ...lateSentences(ledger, now()),
    ...(reports === null
      ? ["Who reads the settlement reports gives no answer; how far they were read is not known."]
      : reportSentences(reports.progress, reports.read_through, now())),
    ...retentionSentences(runs?.["retention"], now()),
    ...daysSentences(runs?.["days"], now()),
    ...receiverSentences(receiver),
    ...moneySentences(money),
  ];
  return {
    ok: wrong.length === 0,
    wrong,
    environment: config.environment,
    contract: config.contract,
    webhook_url: `${publicUrl(config, c.req.url)}/webhooks/pinelabs`,
    gateway: {
      ok: gateway?.ok ?? false,
      code: gateway?.code ?? null,
      checked_at: isoOrNull(gateway?.checked_at),
    },
    ledger: {
      ok: ledger !== null,
      oldest_inquiry_due_at: isoOrNull(ledger?.oldest_inquiry_due_at),
      oldest_wake_due_at: isoOrNull(ledger?.oldest_wake_due_at),
    },
    webhooks: { last_received_at: isoOrNull(ledger?.last_received_at) },
    cron: { last_run_at: isoOrNull(lastRun) },
    retention: {
      last_run_at: isoOrNull(runs?.["retention"]?.at),
      left_over: runs?.["retention"]?.left_over ?? null,
    },
    days: {
      last_run_at: isoOrNull(runs?.["days"]?.at),
      left_over: runs?.["days"]?.left_over ?? null,
    },
    settlements: {
      read_through: isoOrNull(reports?.read_through),
      last_refresh_at: isoOrNull(reports?.progress.last[0]?.finished_at),
    },
  };
}

interface LedgerReading {
  readonly oldest_inquiry_due_at: Milliseconds | null;
  readonly oldest_wake_due_at: Milliseconds | null;
  readonly last_received_at: Milliseconds | null;
}

async function readLedger(c: DoorContext): Promise<LedgerReading | null> {
  const { db } = c.var.doors;
  try {
    const [due, newest] = await askLedger(
      Promise.all([ledgerHealth(db), listMessages(db, { limit: 1 })]),
      LEDGER_LIMIT_MS,
    );
    const last = newest.ok ? newest.value.data[0] : undefined;
    return { ...due, last_received_at: last?.received_at ?? null };
  } catch (error) {
    if (error instanceof LedgerUnavailable) return null;
    throw error;
  }
}

function gatewaySentence(code: string | null): string {
  return code === "gateway_unauthorized"
    ? "The gateway refuses the credentials: check PINELABS_CLIENT_ID, PINELABS_CLIENT_SECRET and PINELABS_ENV."
    : `The gateway gave no token (${code ?? "unknown"}).`;
}

function cronSentences(lastRun: Milliseconds | null, now: Milliseconds): readonly string[] {
  if (lastRun === null) return ["The cron has not run yet; it runs every minute once deployed."];
  return now - lastRun > CRON_SILENT
    ? [`The cron has not run since ${toIso(lastRun)}; payments are not polled.`]
    : [];
}

function lateSentences(ledger: LedgerReading | null, now: Milliseconds): readonly string[] {
  const inquiry = ledger?.oldest_inquiry_due_at ?? now;
  const wake = ledger?.oldest_wake_due_at ?? now;
  return [
    ...(now - inquiry > INQUIRY_LATE ? [`An inquiry is due since ${toIso(inquiry)}.`] : []),
    ...(now - wake > WAKE_LATE ? [`An order's alarm is due since ${toIso(wake)}.`] : []),
  ];
}

function retentionSentences(run: JobRun | undefined, now: Milliseconds): readonly string[] {
  const since = run?.behind_since ?? null;
  // It runs each hour for as long as there is a retention.
  if (run === undefined || now - run.at > DAY) return [];
  if (since === null || now - since < RETENTION_BEHIND) return [];
  return [
    `The removal of old personal data is behind since ${toIso(since)}: orders keep it longer than RETENTION_DAYS.`,
  ];
}

function daysSentences(run: JobRun | undefined, now: Milliseconds): readonly string[] {
  const since = run?.behind_since ?? null;
  if (since === null || now - since < DAYS_BEHIND) return [];
  return [
    `The days behind the charts are behind since ${toIso(since)}: GET /v1/days and the console's charts do not show all money yet.`,
  ];
}
