// The steps of the checklist that are the merchant's: write it down, tell the customer, deliver. They follow
// from what was told, sent and said (handling.ts).

import {
  blocked,
  doing,
  done,
  type Found,
  hasOpen,
  isVerified,
  none,
  NOT_PAID,
  type Seen,
  todo,
} from "./checklist-found";
import { abandonedClaim, type Claim, hasDead, liveClaim, type News, type Said } from "./handling";
import { keptOf } from "./position";
import { toIso } from "./time";
import { mayFulfill } from "./verdict";

export function record(seen: Seen): Found {
  const { news, recorded } = seen.record.handling;
  if (!isVerified(seen)) return none(NOT_PAID);
  if (recorded !== null && recorded.n >= (news?.n ?? 0)) return said(recorded, "recorded");
  if (news === null) return todo("Nothing was told about it yet.");
  // A newer one that was taken does not say what the dead one said.
  if (news.state !== "dead" && hasDead(seen.record.handling)) {
    return blocked(
      "Your system did not take an earlier notification in any try: mend it, and send it again.",
    );
  }
  return recordOf(news);
}

function recordOf({ type, state, since }: News): Found {
  switch (state) {
    case "recorded":
      return todo(`${type} is in GET /v1/events: say that it was recorded once it is.`);
    case "waiting":
      return doing(`${type} is on its way to your system.`, "notification");
    case "retrying":
      return doing(`Your system did not take ${type}; it is sent again.`, "notification");
    case "acknowledged":
      return done("notification", `Your system took ${type} at ${toIso(since)}.`);
    case "paused":
      return blocked("Your system answered 410 and is told nothing more until you resume it.");
    case "dead":
      return blocked(`Your system did not take ${type} in any try: mend it, and send it again.`);
  }
}

export function confirm(seen: Seen): Found {
  const { confirmed, receipt } = seen.record.handling;
  if (confirmed !== null) return said(confirmed, "confirmed");
  if (receipt !== null) {
    return done(receipt.by, `The customer has the receipt, by ${receipt.by}.`);
  }
  if (!isVerified(seen)) return none(NOT_PAID);
  if (seen.money === "back") return none("The money went back.");
  const { mail } = seen.record.handling;
  if (mail?.state === "waiting" || mail?.state === "sending") {
    return doing("The receipt is on its way to the customer.", "e-mail");
  }
  if (mail?.state === "failed") return blocked("The mail service did not take the receipt.");
  return seen.money === "held"
    ? todo("There is no receipt of held money: capture it first, or say that it was confirmed.")
    : todo("Send the customer a receipt, or say that it was confirmed.");
}

export function fulfill(seen: Seen): Found {
  const { record, position, money, on } = seen;
  const { fulfilled } = record.handling;
  if (fulfilled !== null) return said(fulfilled, "delivered");
  if (hasOpen(record, "delivered_unpaid")) {
    return blocked("It was delivered after the money went, as was said: look at the discrepancy.");
  }
  const live = liveClaim(record.handling);
  if (live !== null) return doing(claimSentence(live), live.by);
  if (!isVerified(seen)) return none(NOT_PAID);
  if (money === "back") return none("The money went back before it was delivered.");
  const left = abandonedClaim(record.handling, mayFulfill(record.facts, position, "authorized"));
  if (left !== null) return blocked(abandonedSentence(left));
  if (mayFulfill(record.facts, position, on)) return todo("It is secured: deliver it.");
  if (money === "held") {
    return blocked(
      "It waits for the capture. If it is delivered now, say so here, and the capture is due at once.",
    );
  }
  return blocked(
    keptOf(position) > 0
      ? "It may not be delivered yet."
      : "All of it was refunded, or a refund of all is on its way.",
  );
}

function abandonedSentence({ by, attempt, state }: Claim): string {
  const what = state === "lapsed" ? `The claim of ${by} lapsed` : `The lease of ${by} ran out`;
  return `${what} (attempt ${attempt}): find out whether it was delivered.`;
}

function claimSentence({ by, until, attempt }: Claim): string {
  return `${by} delivers it, until ${toIso(until)} (attempt ${attempt}).`;
}

function said({ by, at, note }: Said, what: string): Found {
  const why = note === null ? "" : ` ${note}`;
  return done(by, `${by} said that it was ${what}, ${toIso(at)}.${why}`);
}
