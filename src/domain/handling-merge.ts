// What two actors of one order know of its handling, as one: an alias hands over to its home (design 3.1).
// Each may have granted a claim before they knew of each other; one at most goes on. Pure.

import {
  type Claim,
  CLAIMS_KEPT,
  type ClaimState,
  type Fulfilled,
  type Handling,
  type News,
  type Said,
  takeSaid,
} from "./handling";
import { mergeMail } from "./receipt-mail";

/**
 * Two records of one order become one (an alias hands over): what was done first stays done, and of two
 * live claims the earlier one lives on. The newest news of the two is the order's, and the home's steps
 * are. The same object when nothing is new; giving the same again changes nothing.
 */
export function mergeHandling(home: Handling, other: Handling): Handling {
  const fulfilled = earlier(home.fulfilled, other.fulfilled);
  const merged = takeSaid({
    ...home,
    claims: mergeClaims(home, other, fulfilled),
    fulfilled,
    receipt: earlier(home.receipt, other.receipt),
    mail: mergeMail(home.mail, other.mail),
    confirmed: earlier(home.confirmed, other.confirmed),
    news: newer(home.news, other.news),
    dead: mergeDead(home.dead, other.dead),
  });
  return JSON.stringify(merged) === JSON.stringify(home) ? home : merged;
}

/**
 * Of one claim the later state stands: what an alias knew of it is older than what its home did. What
 * was delivered is delivered.
 */
const ORDER: readonly ClaimState[] = ["live", "over", "superseded", "lapsed", "released", "done"];

function mergeClaims(
  home: Handling,
  other: Handling,
  fulfilled: Fulfilled | null,
): readonly Claim[] {
  const byId = new Map(home.claims.map((claim) => [claim.id, claim]));
  for (const claim of other.claims) {
    const known = byId.get(claim.id);
    // One that is older than all that are kept was here before, and ended.
    if (known === undefined && isForgotten(home.claims, claim)) continue;
    byId.set(claim.id, known === undefined ? claim : later(known, claim));
  }
  const all = [...byId.values()].toSorted(inTime);
  const stands = fulfilled === null ? all.find(({ state }) => state === "live") : undefined;
  const second = fulfilled === home.fulfilled ? other.fulfilled : home.fulfilled;
  const settled = all.map((claim) => {
    if (claim === stands || (claim.state !== "live" && claim.state !== "done")) return claim;
    if (claim.state === "done" && claim.id === fulfilled?.claim_id) return claim;
    // Whatever would be a second live claim, or a second delivery, gives way.
    const delivered = claim.state === "done" ? (second?.at ?? claim.until) : null;
    const said_done = claim.said_done ?? delivered;
    return { ...claim, state: "superseded" as const, said_done };
  });
  const kept = new Set(settled.slice(-CLAIMS_KEPT));
  // What was said to be delivered is not forgotten before the order is done.
  const said = fulfilled === null ? settled.find((claim) => claim.said_done !== null) : undefined;
  return settled.filter((claim) => claim === stands || claim === said || kept.has(claim));
}

function isForgotten(home: readonly Claim[], claim: Claim): boolean {
  const oldest = home[0];
  return oldest !== undefined && home.length >= CLAIMS_KEPT && inTime(claim, oldest) < 0;
}

function later(a: Claim, b: Claim): Claim {
  const stands = ORDER.indexOf(b.state) > ORDER.indexOf(a.state) ? b : a;
  const said_done = a.said_done ?? b.said_done;
  return said_done === stands.said_done ? stands : { ...stands, said_done };
}

function inTime(a: Claim, b: Claim): number {
  return a.granted_at - b.granted_at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** Of one and the same, as it stood last. */
function newer(a: News | null, b: News | null): News | null {
  if (a === null || b === null) return a ?? b;
  return b.at > a.at || (b.at === a.at && b.since > a.since) ? b : a;
}

/** Of each actor its own newest word. */
function mergeDead(home: Handling["dead"], other: Handling["dead"]): Handling["dead"] {
  const news = Object.entries(other).filter(([actor, { rev }]) => rev > (home[actor]?.rev ?? 0));
  return { ...home, ...Object.fromEntries(news) };
}

function earlier<T extends Said>(a: T | null, b: T | null): T | null {
  if (a === null || b === null) return a ?? b;
  return b.at < a.at ? b : a;
}
