// Clerks of the shop: each has an API key that may refund so much at once and so much a day, and that is
// revoked while requests are under way. What left by it never exceeds what it may.

import * as fc from "fast-check";
import { sizeOf } from "./customers";
import type { Size } from "./history";
import { count } from "./tally";
import { type Books, dealOf, nameOf, request, type Town } from "./town";

export interface ClerkAct {
  readonly who: "clerk";
  readonly of: number;
  readonly do: "refund" | "revoke";
  readonly size: Size;
  readonly ref: number;
}

/** Paisa. */
const MOST = { per_refund: 60_000, per_day: 90_000 } as const;
/** Of MERCHANT_TIME_ZONE, in milliseconds. */
const ZONE = 19_800_000;
const DAY = 86_400_000;

export interface Clerk {
  readonly n: number;
  readonly id: string;
  readonly key: string;
  /** The step in which its revocation was answered; null: it works. */
  revoked: number | null;
  /** By the reference of a refund, the days on which it was asked for. */
  readonly asked: Map<string, Set<number>>;
}

export function clerkActs(
  of: fc.Arbitrary<number>,
  size: fc.Arbitrary<Size>,
): fc.Arbitrary<ClerkAct> {
  return fc.record({
    who: fc.constant("clerk" as const),
    of,
    do: fc.constantFrom("refund", "refund", "refund", "refund", "revoke"),
    size,
    ref: fc.nat({ max: 5 }),
  });
}

export async function beClerk(town: Town, { of, do: deed, size, ref }: ClerkAct): Promise<void> {
  const clerk = town.clerks.findLast(({ revoked }) => revoked === null) ?? (await hire(town));
  if (clerk === null) return;
  if (deed === "revoke") {
    const heard = await request(town, "DELETE", `/v1/keys/${clerk.id}`);
    if (heard?.status === 200) clerk.revoked = town.step;
    return;
  }
  const deal = dealOf(town, of);
  const id = nameOf(deal);
  if (id === null) return;
  const reference = `${deal.reference}-k${clerk.n}-${ref}`;
  const value = sizeOf(size, deal);
  const wish = deal.wishes.get(reference) ?? {
    merchant_refund_reference: reference,
    ...(value === null ? {} : { amount: { value, currency: "INR" } }),
  };
  deal.wishes.set(reference, wish);
  deal.letGo = true;
  const days = clerk.asked.get(reference) ?? new Set();
  clerk.asked.set(reference, days.add(today()));
  const heard = await request(town, "POST", `/v1/orders/${id}/refunds`, wish, clerk.key);
  days.add(today());
  if (heard !== null) count(`clerk: ${heard.status}`);
  const isTooLate = clerk.revoked !== null && clerk.revoked < town.step;
  if (isTooLate && heard !== null && heard.status < 300) {
    town.broken.push(`a key that was revoked moved ${reference}`);
  }
}

async function hire(town: Town): Promise<Clerk | null> {
  town.hired += 1;
  const n = town.hired;
  const made = await request<{ id: string; key: string }>(town, "POST", "/v1/keys", {
    name: `clerk ${n}`,
    scopes: ["read", "refund"],
    refund_limit: MOST,
  });
  if (made?.status !== 201) return null;
  const { id, key } = made.body;
  const clerk: Clerk = { n, id, key, revoked: null, asked: new Map() };
  town.clerks.push(clerk);
  return clerk;
}

function today(): number {
  return Math.floor((Date.now() + ZONE) / DAY);
}

/** A refund that was asked for on one day only counts for that day; what failed has cost nothing. */
export function wrongInLimits({ clerks }: Town, books: Books): readonly string[] {
  return clerks.flatMap(({ n, asked }) => {
    const moved = books.refunds.filter(
      ({ reference, status }) => asked.has(reference) && status !== "FAILED",
    );
    const big = moved.filter(({ amount }) => amount > MOST.per_refund);
    const byDay = new Map<number, number>();
    for (const { reference, amount } of moved) {
      const [day, ...others] = asked.get(reference) ?? [];
      if (day === undefined || others.length > 0) continue;
      byDay.set(day, (byDay.get(day) ?? 0) + amount);
    }
    return [
      ...big.map(({ reference, amount }) => `clerk ${n} gave back ${amount} under ${reference}`),
      ...[...byDay]
        .filter(([, sum]) => sum > MOST.per_day)
        .map(([, sum]) => `clerk ${n} gave back ${sum} in a day`),
    ];
  });
}
