// Whoever works in the console or by the API: moves money, ends links, looks. Requests have references of their
// own and are repeated unchanged; nobody is asked whether it is a good idea.

import type { CommandView } from "../../src/domain/command-view";
import type { Act } from "./history";
import { sizeOf } from "./customers";
import { decideTruly } from "./decisions";
import { type Deal, dealOf, dealWith, nameOf, request, type Town } from "./town";
import { plant } from "./trouble";

type Deed = Extract<Act, { who: "operator" }>;

/** What becomes of a refund's call, where it is drawn together with the refund. */
const FATES = {
  refund_unheard: "money_answer_lost",
  refund_unsent: "money_call_lost",
  refund_late: "gateway_late",
  refund_duplicate: "refund_duplicate",
} as const;

export async function beOperator(town: Town, act: Deed): Promise<void> {
  const { of, do: deed, size, ref } = act;
  const deal = dealFor(town, deed, of);
  const id = nameOf(deal);
  const order = `/v1/orders/${id}`;
  switch (deed) {
    case "stop_money": {
      const heard = await request(town, "POST", "/v1/money/stop", { reason: "as drawn" });
      if (heard?.status === 200) town.stopped = true;
      return;
    }
    case "resume_money":
      await request(town, "POST", "/v1/money/resume", { reason: "as drawn" });
      return;
    case "decide":
      return decideTruly(town, deal);
    case "cancel_link":
    case "replace_link":
    case "track":
      return onLink(town, deal, deed);
    case "refund_unheard":
    case "refund_unsent":
    case "refund_late":
    case "refund_duplicate":
      await plant({ kind: FATES[deed], times: 1, after: 0 });
      town.under.add(FATES[deed]);
      return beOperator(town, { ...act, do: "refund" });
    case "refund": {
      if (id === null) return;
      const reference = `${deal.reference}-b${ref}`;
      const body = { merchant_refund_reference: reference, ...asked(size, deal) };
      deal.letGo = true;
      await request(town, "POST", `${order}/refunds`, wish(deal, reference, body));
      return;
    }
    case "capture": {
      if (id === null) return;
      const reference = `${deal.reference}-t${ref}`;
      const body = { merchant_capture_reference: reference, ...asked(size, deal) };
      await request(town, "POST", `${order}/capture`, wish(deal, reference, body));
      return;
    }
    case "refund_otherwise":
      if (id !== null) await refundOtherwise(town, deal, order);
      return;
    case "void":
      deal.letGo = true;
      if (id !== null) await request(town, "POST", `${order}/void`);
      return;
    case "refresh":
      if (id !== null) await request(town, "POST", `${order}/refresh`);
      return;
    case "forget":
      if (id !== null) await request(town, "DELETE", `${order}/personal-data`);
      return;
    case "tick":
      if (id !== null) await request(town, "PUT", `${order}/checklist/fulfill`, {});
  }
}

function dealFor(town: Town, deed: Extract<Act, { who: "operator" }>["do"], of: number): Deal {
  if (deed === "refund") return dealWith(town, "captured", of);
  return deed === "capture" || deed === "void"
    ? dealWith(town, "authorized", of)
    : dealOf(town, of);
}

async function onLink(
  town: Town,
  { link_id }: Deal,
  deed: "cancel_link" | "replace_link" | "track",
): Promise<void> {
  if (link_id === null) return;
  if (deed === "track") {
    await request(town, "POST", "/v1/links/track", { payment_link_id: link_id });
    return;
  }
  const verb = deed === "cancel_link" ? "cancel" : "replace";
  await request(town, "POST", `/v1/links/${link_id}/${verb}`);
}

/** A reference that is in use, with another amount: no second refund, whatever became of the first. */
async function refundOtherwise(town: Town, deal: Deal, order: string): Promise<void> {
  const listed = await request<{ data?: readonly CommandView[] }>(town, "GET", `${order}/commands`);
  const used = listed?.body.data?.find(({ kind }) => kind === "refund");
  if (used === undefined) return;
  const { reference } = used;
  const amount = { value: used.amount.value + 1, currency: "INR" };
  const body = { merchant_refund_reference: reference, amount };
  const heard = await request(town, "POST", `${order}/refunds`, body);
  if (heard !== null && heard.status < 300) {
    town.broken.push(`order ${deal.n}: ${reference} was asked for with another amount and taken`);
  }
}

/** The first request under this reference, if there was one. */
function wish(deal: Deal, reference: string, body: object): object {
  const first = deal.wishes.get(reference) ?? body;
  deal.wishes.set(reference, first);
  return first;
}

function asked(size: Parameters<typeof sizeOf>[0], deal: Deal): object {
  const value = sizeOf(size, deal);
  return value === null ? {} : { amount: { value, currency: "INR" } };
}
