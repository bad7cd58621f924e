// A link made through us (design 3.1, "Links before their order"): runs in the actor of its
// reference, which commits the request and an unguessable token before it calls the gateway. A lost
// answer is resolved by reading by reference; the same reference always has the same token.

import { isOrderId, referenceActor } from "../domain/ids";
import type { Observation, Word } from "../domain/observation";
import { evolve, newRecord, type Origin } from "../domain/record";
import { failure, type Result, success } from "../domain/result";
import { withCallbacks } from "../pinelabs/link-request";
import { becomeAlias, handOver } from "./home";
import { drop } from "./jobs";
import {
  forgetLater,
  forgetRequest,
  type LinkCreation,
  markSent,
  newCreation,
  readCreation,
} from "./link-kept";
import { compareRequests } from "./link-repeat";
import { callbacksOf, remindersOf, requestWords, termsOf } from "./link-terms";
import type { Part } from "./part";
import { commitEvolution } from "./record-change";
import type { LinkFailure, LinkRequest } from "./rpc";

type Made = Result<null, LinkFailure>;

/**
 * Creates the link, or finds the one that an earlier call created. `origin` is where the caller
 * reached us: the customer returns there when PUBLIC_URL is not set.
 */
export async function createLink(part: Part, request: LinkRequest, origin: string): Promise<Made> {
  const begun = begin(part, request);
  if (!begun.ok) return begun;
  const { creation, resumed } = begun.value;
  if (creation.state === "made") return success(null);
  // An earlier call may have done it: read before anything is sent again.
  if (resumed && creation.state === "sent") {
    const found = await findMade(part, request);
    if (found.ok || found.failure.code !== "gateway_not_found") return found;
  }
  const first = creation.state === "new";
  markSent(part);
  const body = withCallbacks(
    request.body,
    callbacksOf(creation, part.config().public_url ?? origin),
  );
  const answer = await part.gateway().createLink(body, creation.key, part.limits.gateway);
  if (answer.ok) return adopt(part, answer.value, request, "api");
  switch (answer.failure.code) {
    case "gateway_duplicate": {
      const found = await findMade(part, request);
      // The gateway says both "there is one" and "there is none": nothing is known.
      return found.ok || found.failure.code !== "gateway_not_found" ? found : answer;
    }
    case "gateway_unavailable": {
      const found = await findMade(part, request);
      return found.ok || found.failure.code !== "gateway_not_found" ? found : answer;
    }
    // Nobody knows what a request that was not answered before has done: it is kept.
    case "gateway_rate_limited":
      return answer;
    case "gateway_unauthorized":
    case "gateway_not_found":
    case "gateway_refused":
      if (first) forgetRequest(part);
      return answer;
  }
}

/** Job `create`: a creation that nobody waits for any more is looked up and finished. */
export async function finishCreation(part: Part): Promise<void> {
  const creation = readCreation(part);
  if (creation?.state !== "sent" || creation.request === null) return;
  const found = await findMade(part, creation.request);
  if (found.ok || found.failure.code === "link_differs") return;
  // Not there a minute later; but a gateway that lags may show it yet, so the request is kept: the
  // same one may be sent again by its caller, another one would adopt this one's link.
  if (found.failure.code === "gateway_not_found") {
    forgetLater(part);
    return;
  }
  throw new Error(`creation still unknown: ${found.failure.code}`);
}

/**
 * Looks whether what was asked for earlier was made, and never sends it. `link_unknown`: it is not
 * there, and the gateway had the time to show it.
 */
export async function findEarlier(part: Part): Promise<Made> {
  const creation = readCreation(part);
  if (creation?.state === "made") return success(null);
  if (!creation?.request) return failure({ code: "link_unknown" });
  const found = await findMade(part, creation.request);
  if (found.ok || found.failure.code !== "gateway_not_found") return found;
  const { request_id } = found.failure;
  if (part.now() - (creation.sent_at ?? 0) >= part.limits.creationUnknown) {
    return failure({ code: "link_unknown" });
  }
  const message = "nobody knows yet whether an earlier link was made; ask again in a minute";
  return failure({ code: "gateway_unavailable", request_id, message });
}

/** Takes over a link that exists at the gateway, found by this actor's reference. */
export async function trackReference(part: Part, reference: string): Promise<Made> {
  const creation = readCreation(part);
  if (creation?.state === "made") return success(null);
  // A creation of ours whose outcome was unknown: it is found, with its terms.
  if (creation?.request) return findMade(part, creation.request);
  const found = await part.gateway().getLinkByReference(reference, part.limits.gateway);
  if (found.ok) return adopt(part, found.value, null, "tracked");
  return found.failure.code === "gateway_not_found" ? failure({ code: "link_unknown" }) : found;
}

/** Takes over a link that was just read by its id. */
export async function adoptTracked(part: Part, observation: Observation): Promise<Made> {
  const creation = readCreation(part);
  if (creation?.state === "made") return success(null);
  // As above: it may be the link of a creation of ours, and has its terms.
  if (creation?.request) return adoptMade(part, observation, creation.request);
  return adopt(part, observation, null, "tracked");
}

function begin(
  part: Part,
  request: LinkRequest,
): Result<{ readonly creation: LinkCreation; readonly resumed: boolean }, LinkFailure> {
  return part.storage.transact(() => {
    const known = readCreation(part);
    if (known?.request) {
      const reused = compareRequests(known.request, request);
      if (reused !== null) return failure(reused);
      return success({ creation: known, resumed: true });
    }
    if (known?.state === "made")
      return failure({ code: "reference_reused", differing: ["origin"], removed: false });
    const creation = {
      ...(known ?? newCreation(request.reference)),
      request,
      state: "new" as const,
    };
    part.storage.writeDocument(2, creation);
    return success({ creation, resumed: false });
  });
}

/** Reads by reference what the gateway has, and compares it with what was asked for. */
async function findMade(part: Part, request: LinkRequest): Promise<Made> {
  const found = await part.gateway().getLinkByReference(request.reference, part.limits.gateway);
  return found.ok ? adoptMade(part, found.value, request) : found;
}

async function adoptMade(
  part: Part,
  observation: Observation,
  request: LinkRequest,
): Promise<Made> {
  const amount = linkWord(observation)?.fields.amount;
  if (amount?.value !== request.amount.value || amount.currency !== request.amount.currency) {
    // Somebody else's link: nothing of ours was made, and a corrected request may follow.
    forgetRequest(part);
    return failure({ code: "link_differs", field: "amount", theirs: amount?.value ?? 0 });
  }
  return adopt(part, observation, request, "api");
}

/** Keeps what the gateway answered, finds the link's home and hands everything over to it. */
async function adopt(
  part: Part,
  observation: Observation,
  request: LinkRequest | null,
  origin: Origin,
): Promise<Made> {
  const link = linkWord(observation);
  if (!link) {
    const message = "the gateway's answer names no link";
    return failure({ code: "gateway_unavailable", request_id: "", message });
  }
  // A link that replaces another has a home already.
  const claimant = request?.replaces?.home ?? observation.orders_named.find(isOrderId);
  const claimed =
    claimant === undefined ? link.id : (await part.peer(link.id).register(claimant)).home;
  const stray = request?.replaces !== undefined && claimed !== request.replaces.home;
  if (stray)
    console.error(JSON.stringify({ event: "replacement_elsewhere", link: link.id, claimed }));
  part.storage.transact(() => {
    const now = part.now();
    const creation = readCreation(part) ?? newCreation(part.name.slice(referenceActor("").length));
    part.storage.writeDocument(2, { ...creation, request, state: "made" });
    const state = part.storage.readState();
    const record = {
      ...newRecord(now, origin),
      terms: { ...termsOf(creation, request), ...remindersOf(part, request, link) },
    };
    const requested = evolve(record, requestWords(link.id, request), "request", now);
    const evolution = evolve(requested.record, observation, "command", now);
    const alone = { ...state, record, home: null };
    const next = commitEvolution(part, alone, evolution, {
      by: "request",
      note:
        origin === "api"
          ? { what: "link", text: createdText(link.id, request) + (stray ? STRAY : "") }
          : { what: "link", text: `Link ${link.id} was taken over.` },
    });
    // Made: nobody needs to find out any more how it ended.
    const alias = becomeAlias(next, claimed, now);
    part.storage.writeState({ ...alias, jobs: drop(alias.jobs, "create") });
  });
  // The caller wants to see the order now; if this fails the alarm does it again.
  await handOver(part);
  return success(null);
}

/** Its money is counted where it was claimed: a person must see to it that nobody pays twice. */
const STRAY =
  " Another order claimed it first: what is paid with it is not counted where it was due.";

function linkWord(observation: Observation): Word<"link"> | undefined {
  return observation.words.find((word): word is Word<"link"> => word.kind === "link");
}

function createdText(id: string, request: LinkRequest | null): string {
  const before = request?.replaces?.payment_link_id;
  return `Link ${id} was created${before === undefined ? "" : ` in place of ${before}`}.`;
}
