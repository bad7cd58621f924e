// Cancel a link and send it again. Neither moves money; what the gateway refuses is followed by an
// inquiry, because "only links that are CREATED" may also mean that it was paid a moment ago.

import { type Entity, entries, type Facts, read, theLink } from "../domain/facts";
import { failure, type Result, success } from "../domain/result";
import { evolve, type OrderRecord } from "../domain/record";
import { viewLink } from "../domain/order-view";
import type { Answer, Gateway } from "../pinelabs/gateway";
import { isReference } from "../domain/ids";
import type { Observation } from "../domain/observation";
import type { Part } from "./part";
import { commitEvolution } from "./record-change";
import type { LinkFailure } from "./rpc";

type Done = Result<null, LinkFailure>;

/**
 * `named` is how the caller calls the link; anything but a link's id or reference means the current
 * one. `inquire` reads the true state after a refusal; it is the actor's own queue.
 */
export async function cancelLink(
  part: Part,
  named: string,
  inquire: () => Promise<unknown>,
): Promise<Done> {
  const done = await control(part, named, "cancelled", (gateway, id, key) =>
    gateway.cancelLink(id, key, part.limits.gateway),
  );
  if (done.ok || done.failure.code === "link_unknown") return done;
  await inquire();
  const status = linkStatusNow(part, named);
  if (status === "CANCELLED") return success(null);
  return isRefusal(done.failure) ? failure({ code: "link_not_active", status }) : done;
}

/** So many keys of the past are remembered, for a press that is repeated. */
const KEYS_KEPT = 20;

/** `key`: the caller's name for this one time; known already, nothing is sent. Null: each time is meant. */
export async function notifyLink(
  part: Part,
  named: string,
  key: string | null,
  inquire: () => Promise<unknown>,
): Promise<Done> {
  if (key !== null && part.storage.readState().notified.includes(key)) return success(null);
  const done = await control(part, named, "sent again", (gateway, id, ours) =>
    gateway.notifyLink(id, ours, part.limits.gateway),
  );
  if (done.ok && key !== null) {
    part.storage.transact(() => {
      const state = part.storage.readState();
      const notified = [...state.notified, key].slice(-KEYS_KEPT);
      part.storage.writeState({ ...state, notified });
    });
  }
  if (done.ok || !isRefusal(done.failure)) return done;
  await inquire();
  return failure({ code: "link_not_active", status: linkStatusNow(part, named) });
}

/** One link of several: by its id or its reference, else the one that the order collects with. */
export function linkNamed(facts: Facts, name: string): readonly [string, Entity<"link">] | null {
  const found = entries(facts, "link").find(
    ([id, link]) => id === name || read(link, "reference") === name,
  );
  return found ?? theLink(facts);
}

async function control(
  part: Part,
  named: string,
  what: string,
  call: (gateway: Gateway, id: string, key: string) => Promise<Answer>,
): Promise<Done> {
  const record = part.storage.readState().record;
  const link = record && linkNamed(record.facts, named);
  if (!link) return failure({ code: "link_unknown" });
  const answer = await call(part.gateway(), link[0], crypto.randomUUID());
  if (!answer.ok) return answer;
  part.storage.transact(() => {
    const state = part.storage.readState();
    if (state.record === null) return;
    const evolution = evolve(state.record, answer.value, "command", part.now());
    const note = { what: "link" as const, text: `Link ${link[0]} was ${what}.` };
    part.storage.writeState(commitEvolution(part, state, evolution, { by: "command", note }));
  });
  return success(null);
}

function isRefusal(failed: LinkFailure): boolean {
  return failed.code === "gateway_refused" || failed.code === "gateway_not_found";
}

function linkStatusNow(part: Part, named: string): string {
  const record: OrderRecord | null = part.storage.readState().record;
  const link = record && linkNamed(record.facts, named);
  return (link && viewLink(link[0], link[1]).status) ?? "unknown";
}

/** In the actor named by a link's id: reads the link for whoever takes it over. */
export async function readLinkToTrack(
  part: Part,
): Promise<Result<{ readonly reference: string; readonly observation: Observation }, LinkFailure>> {
  const limit = part.limits.gateway;
  const answer = await part.gateway().getLink(part.name, limit);
  if (!answer.ok) {
    const unknown = answer.failure.code === "gateway_not_found";
    return unknown ? failure({ code: "link_unknown" }) : answer;
  }
  const word = answer.value.words.find(({ kind }) => kind === "link");
  const said = word?.kind === "link" ? word.fields.reference : undefined;
  const reference = isReference(said) ? said : part.name;
  return success({ reference, observation: answer.value });
}
