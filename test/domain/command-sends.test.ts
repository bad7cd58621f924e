// A command that is sent, sent again, or never left (design 3.5, law 6).

import { describe, expect, it } from "vitest";
import { accept, isOpen, nextReadingOf, refuse, sendAgain } from "../../src/domain/command";
import { postponeReading, takeBackSend } from "../../src/domain/command-reading";
import { MINUTE } from "../../src/domain/schedule";
import { at, read, refusal, unknown } from "./command-readings";
import { command, commandsOf, NOW } from "./command-words";
import { named } from "./words";

describe("a command that is sent again", () => {
  const again = sendAgain(unknown, at(16));

  it("is the same command under the same reference and the same key", () => {
    const { reference, key, amount, order_id, kind, split_info, asked } = unknown;
    expect(again).toMatchObject({ reference, key, amount, order_id, kind, split_info, asked });
  });

  it("counts its sends, and is looked after when nobody can be waiting for the call", () => {
    expect(again).toMatchObject({ state: "sent", sends: 2, sent_at: at(16), read_at: at(17) });
  });

  it("is as before when that send never left", () => {
    const back = takeBackSend(again, "no token", at(16));
    expect(back).toMatchObject({ state: "unknown", sends: 1, absences: 0, trouble: "no token" });
    expect(back.read_at).toBe(at(17));
  });

  it("goes on the road again after one more absence when it never left", () => {
    const { command: absent } = read(unknown, [
      [2, "absent"],
      [15, "absent"],
    ]);
    const back = takeBackSend(sendAgain(absent, at(16)), "no token", at(16));
    expect(read(back, [[17, "absent"]]).next).toBe("send_again");
    expect(read(back, [[17, "unclear"]]).command.state).toBe("undecided");
  });

  it("needs two absences anew when something unclear was read before an operator sent it", () => {
    const { command: unclear } = read(unknown, [
      [2, "absent"],
      [15, "unclear"],
    ]);
    const back = takeBackSend(sendAgain(unclear, at(16)), "no token", at(16));
    const { next, command: once } = read(back, [[17, "absent"]]);
    expect(next).toBe("wait");
    expect(read(once, [[18, "absent"]]).next).toBe("send_again");
  });
});

describe("readings that are not answered", () => {
  it("come again after 1, 2, 4 … 60 minutes, and change nothing else", () => {
    const delays: number[] = [];
    let now = unknown;
    for (let index = 0; index < 9; index += 1) {
      now = postponeReading(now, NOW);
      delays.push(((now.read_at ?? 0) - NOW) / MINUTE);
    }
    expect(delays).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    expect({ ...now, failures: 0, read_at: NOW }).toEqual(unknown);
    expect(read(now, [[2, "absent"]]).command.failures).toBe(0);
  });
});

describe("a reading that failed after the facts had ended the command", () => {
  it.each(
    named([
      ["taken", accept(unknown, null, NOW)],
      ["refused", refuse(unknown, refusal, NOW)],
    ] as const),
  )("asks for no other of one that was %s", (_, [, ended]) => {
    expect(postponeReading(ended, NOW)).toBe(ended);
  });
});

describe("the first answer", () => {
  it("that refuses ends the command at once: nothing was sent before", () => {
    const now = refuse(command(), refusal, at(0));
    expect(now).toMatchObject({ state: "refused", refusal, read_at: null, ended_at: NOW });
    expect(isOpen(now)).toBe(false);
  });

  it("that takes it ends it with the refund's id", () => {
    const now = accept(command(), "v1-260301120000-aa-Rn5VyS", NOW);
    expect(now).toMatchObject({ state: "accepted", refund_id: "v1-260301120000-aa-Rn5VyS" });
    expect([now.read_at, now.ended_at]).toEqual([null, NOW]);
  });

  it("keeps an id that is known when a later word has none", () => {
    const known = accept(command(), "v1-260301120000-aa-Rn5VyS", NOW);
    expect(accept(known, null, NOW).refund_id).toBe("v1-260301120000-aa-Rn5VyS");
  });
});

describe("the next reading", () => {
  it("is the earliest of all commands that wait for one", () => {
    const late = command({ reference: "a", read_at: at(9) });
    const soon = command({ reference: "b", read_at: at(3) });
    const done = accept(command({ reference: "c" }), null, NOW);
    expect(nextReadingOf(commandsOf(late, soon, done))).toBe(at(3));
    expect(nextReadingOf(commandsOf(done))).toBeNull();
  });
});
