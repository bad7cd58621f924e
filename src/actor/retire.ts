// Job `retire`: a link that can still be paid although its order is paid is cancelled, so that nobody
// pays twice. A gateway that does not answer is asked again later; one that refuses is not asked again
// until the link's status changes, and the order stays in attention as `paid_twice_possible`.

import { cancelLink } from "./link-control";
import type { Part } from "./part";
import { conclude } from "./record-change";
import { asRefused, linksToRetire } from "./surplus";

export async function retireLinks(part: Part, inquire: () => Promise<unknown>): Promise<void> {
  for (const id of linksToRetire(part.storage.readState())) {
    const done = await cancelLink(part, id, inquire);
    if (done.ok) {
      // It said yes, and shows the link open all the same: asked again, but not at once.
      if (linksToRetire(part.storage.readState()).includes(id)) {
        throw new Error(`${id} was cancelled and can still be paid`);
      }
      continue;
    }
    const { code } = done.failure;
    if (code !== "link_not_active") throw new Error(`${id} could not be cancelled: ${code}`);
    part.storage.transact(() => {
      const state = part.storage.readState();
      if (!linksToRetire(state).includes(id)) return;
      const uncancellable = [...state.uncancellable, asRefused(state, id)];
      part.storage.writeState(conclude(part, { ...state, uncancellable }));
    });
  }
}
