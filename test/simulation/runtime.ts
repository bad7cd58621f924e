// The platform as a history has it: alarms that ring when they are due by the virtual clock (or late, twice,
// never), the cron, and crashes. The runtime's own alarms follow the real clock and never ring here.

import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { SECOND } from "../../src/domain/schedule";
import { runCron } from "../actor/house";
import { awake } from "../worker";
import type { Act } from "./history";
import { count } from "./tally";
import { noteAcknowledged } from "./mail";
import type { Town } from "./town";
import { alarms } from "./strike";

/** So long a run of the cron is waited for, in real milliseconds; then the next one overlaps it. */
const CRON_PATIENCE_MS = 4_000;

export async function beRuntime(
  town: Town,
  { do: deed }: Extract<Act, { who: "runtime" }>,
): Promise<void> {
  switch (deed) {
    case "ring":
      await ringDue();
      return;
    case "cron":
      return cron("* * * * *");
    case "cron_twice":
      await Promise.all([cron("* * * * *"), cron("* * * * *")]);
      return;
    case "hour":
      return cron("7 * * * *");
    case "crash":
      await abortAllDurableObjects();
      await noteAcknowledged(town);
  }
}

/** A run that does not come back is left to itself: the platform begins the next one all the same. */
export async function cron(expression: string): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CRON_PATIENCE_MS);
  });
  const run = runCron(expression).catch(() => count("cron: died"));
  await Promise.race([run, late]);
  clearTimeout(timer);
}

/** Rings every alarm that is due; whether any was. */
export async function ringDue(): Promise<boolean> {
  const places: readonly Place[] = [
    ...[...awake].map((name) => () => env.ORDERS.getByName(name)),
    () => env.DEPLOYMENT.getByName("access"),
    () => env.SETTLEMENTS.getByName("settlements"),
  ];
  const rung = await Promise.all(places.map((place) => ring(place).catch(() => false)));
  return rung.some(Boolean);
}

/** A stub is of no use any more once its object has died. */
type Place = () => DurableObjectStub;

/** Whoever dies while its alarm runs has not been rung: the platform rings again about 2 s later. */
async function repeatLater(place: Place): Promise<void> {
  count("alarms that died");
  await runInDurableObject(place(), async (_, { storage }) => {
    if ((await storage.getAlarm()) === null) await storage.setAlarm(Date.now() + 2 * SECOND);
  });
}

async function ring(place: Place): Promise<boolean> {
  const stub = place();
  const due = await runInDurableObject(stub, (_, { storage }) => storage.getAlarm());
  if (due === null || due > Date.now()) return false;
  if (take("late")) return false;
  if (take("lost")) {
    // Lost is lost only where the ledger knows that there is something to do: see docs/proof.md.
    if (await isWatched(stub.name ?? "")) {
      await runInDurableObject(stub, (_, { storage }) => storage.deleteAlarm());
      count("struck: alarm_lost");
    }
    return false;
  }
  const again = take("twice");
  try {
    await runDurableObjectAlarm(stub);
  } catch {
    await repeatLater(place);
    return true;
  }
  if (again) await runInDurableObject(stub, (actor) => (actor as { alarm(): unknown }).alarm());
  return true;
}

function take(kind: keyof typeof alarms): boolean {
  if (alarms[kind] === 0) return false;
  alarms[kind] -= 1;
  if (kind !== "lost") count(`struck: alarm_${kind}`);
  return true;
}

/** Whether the watchdog or the poll will come to this actor by itself. */
async function isWatched(name: string): Promise<boolean> {
  const found = await env.DB.prepare(
    `SELECT 1 FROM orders WHERE id = ?1 AND coalesce(wake_at, next_inquiry_at) IS NOT NULL
     UNION ALL SELECT 1 FROM wakes WHERE actor = ?1`,
  )
    .bind(name)
    .first();
  return found !== null;
}
