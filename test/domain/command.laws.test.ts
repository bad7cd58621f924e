// Laws 6 and 7 over random histories: refunds asked for, calls that are answered, lost or never left,
// processes that die, readings at any time, webhooks, refunds that end, and operators who decide.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isOpen } from "../../src/domain/command";
import { commitmentsOf } from "../../src/domain/command-shown";
import { moneyOfOrder } from "../../src/domain/order-money";
import { derivePosition } from "../../src/domain/position";
import { MINUTE } from "../../src/domain/schedule";
import { movedOf, ORDERS } from "./command-gateway";
import { firstWorld, move, moves, natures, type World } from "./command-world";

/** Every world of a random history beside the one before it. */
function always(check: (after: World, before: World) => void): void {
  fc.assert(
    fc.property(natures, moves, (nature, all) => {
      let before = firstWorld(nature);
      for (const one of all) {
        const after = move(before, one);
        check(after, before);
        before = after;
      }
    }),
    { numRuns: 200 },
  );
}

const commandsIn = (world: World) => Object.entries(world.record.commands);

describe("whatever happens", () => {
  it("no reference moves money twice (law 6)", () => {
    always(({ books }) => {
      expect(new Set(books.map(({ reference }) => reference)).size).toBe(books.length);
    });
  });

  it("no gateway order gives back more than was captured of it (law 7)", () => {
    always(({ books, record }) => {
      const { refunds } = commitmentsOf(record.commands, record.facts);
      for (const { order_id, captured } of ORDERS) {
        expect(movedOf(books, order_id)).toBeLessThanOrEqual(captured);
        const money = moneyOfOrder(record.facts, order_id, "INR", refunds);
        const spoken = money.refunded_known + money.pending + money.reserved;
        expect(spoken).toBeLessThanOrEqual(captured);
        // Nothing that the gateway did is forgotten, whether the facts show it yet or not.
        expect(movedOf(books, order_id)).toBeLessThanOrEqual(spoken);
      }
      const position = derivePosition(record.facts, true, {
        refunds,
        payments: [],
        voiding: false,
      });
      expect(position.refundable.value).toBeGreaterThanOrEqual(0);
    });
  });

  it("a command that was taken stays taken", () => {
    let times = 0;
    always((after, before) => {
      const taken = commandsIn(before).filter(([, { state }]) => state === "accepted");
      times += taken.length;
      const left = taken.filter(([key]) => after.record.commands[key]?.state !== "accepted");
      expect(left).toEqual([]);
    });
    expect(times).toBeGreaterThan(0);
  });

  it("a command is sent again only after two absences that count since its call was over", () => {
    let times = 0;
    always(({ sent_again, looks }) => {
      const known = sent_again === null ? undefined : looks[sent_again];
      if (sent_again === null) return;
      times += 1;
      const { ended_at, absences } = known ?? { ended_at: Infinity, absences: [] };
      const first = absences.findIndex((at) => at >= ended_at + 2 * MINUTE);
      const second = absences.findLastIndex((at) => at >= ended_at + 15 * MINUTE);
      expect(first).toBeGreaterThanOrEqual(0);
      expect(second).toBeGreaterThan(first);
    });
    expect(times).toBeGreaterThan(0);
  });

  it("a command without an end has a time at which the gateway is read, and no other has", () => {
    always(({ record }) => {
      for (const [, one] of Object.entries(record.commands)) {
        expect(one.read_at !== null).toBe(isOpen(one));
      }
    });
  });

  it("a refused command reserves nothing, and did nothing", () => {
    let times = 0;
    always(({ record, books }) => {
      const refused = Object.entries(record.commands).filter(([, one]) => one.state === "refused");
      times += refused.length;
      expect(commitmentsOf(Object.fromEntries(refused), record.facts).refunds).toEqual([]);
      for (const [, { reference }] of refused) {
        expect(books.map((one) => one.reference)).not.toContain(reference);
      }
    });
    expect(times).toBeGreaterThan(0);
  });

  it("only the gateway's own word or an operator's ends a command that was sent", () => {
    const seen = new Set<string>();
    always((after) => {
      for (const [, one] of commandsIn(after)) {
        seen.add(one.state);
        if (one.state !== "accepted") continue;
        const really = after.books.some(({ reference }) => reference === one.reference);
        expect(really).toBe(true);
      }
    });
    expect(seen).toEqual(new Set(["sent", "unknown", "undecided", "accepted", "refused"]));
  });
});
