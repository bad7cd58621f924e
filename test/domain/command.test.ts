// What readings of the gateway make of a command whose end nobody knows, and when it may be sent again
// (design 3.5, law 6).

import { describe, expect, it } from "vitest";
import {
  becomeUnknown,
  type Command,
  type CommandRefusal,
  isOpen,
  sendAgain,
} from "../../src/domain/command";
import { type AfterReading, DUPLICATE, MOST_SENDS } from "../../src/domain/command-reading";
import { HOUR, SECOND } from "../../src/domain/schedule";
import { at, denied, type Look, read, refusal, type Traits, unknown } from "./command-readings";
import { command, NOW } from "./command-words";
import { named } from "./words";

const duplicate = becomeUnknown(
  command(),
  { trouble: "duplicate", refusal: { ...refusal, gateway_code: DUPLICATE } },
  NOW,
);
const undecided: Command = { ...unknown, state: "undecided", absences: 2, read_at: at(60) };

interface Expected {
  readonly next: AfterReading["next"];
  readonly state: Command["state"];
  readonly code: CommandRefusal["code"] | undefined;
}

const waits = (state: Command["state"]): Expected => ({ next: "wait", state, code: undefined });
const goes: Expected = { next: "send_again", state: "unknown", code: undefined };
const ends = (code: CommandRefusal["code"]): Expected => ({
  next: "ended",
  state: "refused",
  code,
});

type Row = readonly [
  name: string,
  given: Command,
  looks: readonly Look[],
  expected: Expected,
  traits?: Traits,
];

const READINGS: readonly Row[] = [
  [
    "is sent again when 2 and 15 minutes later nothing is there",
    unknown,
    [
      [2, "absent"],
      [15, "absent"],
    ],
    goes,
  ],
  [
    "waits after the first absence, however late it is read",
    unknown,
    [[600, "absent"]],
    waits("unknown"),
  ],
  [
    "is sent again after two late absences",
    unknown,
    [
      [600, "absent"],
      [601, "absent"],
    ],
    goes,
  ],
  [
    "waits while the second absence is read before 15 minutes",
    unknown,
    [
      [2, "absent"],
      [14.9, "absent"],
    ],
    waits("unknown"),
  ],
  [
    "never counts an early absence, and so needs two more",
    unknown,
    [
      [0, "absent"],
      [1.9, "absent"],
      [15, "absent"],
    ],
    waits("unknown"),
  ],
  [
    "is sent again after those two more",
    unknown,
    [
      [0, "absent"],
      [1.9, "absent"],
      [15, "absent"],
      [16, "absent"],
    ],
    goes,
  ],
  [
    "does not count a reading that began before the call was over",
    unknown,
    [
      [-1, "absent"],
      [15, "absent"],
    ],
    waits("unknown"),
  ],
  [
    "begins to count anew after something unclear",
    unknown,
    [
      [2, "absent"],
      [5, "unclear"],
      [15, "absent"],
    ],
    waits("unknown"),
  ],
  [
    "waits while what is there is unclear and early",
    unknown,
    [
      [2, "unclear"],
      [14.9, "unclear"],
    ],
    waits("unknown"),
  ],
  [
    "needs a decision when what is there is still unclear after 15 minutes",
    unknown,
    [[15, "unclear"]],
    waits("undecided"),
  ],
  [
    "ends when its reference is another order's",
    unknown,
    [[2, "elsewhere"]],
    ends("reference_used_elsewhere"),
  ],
  [
    "needs a decision when no key protects a second send and the order lists no refunds",
    unknown,
    [
      [2, "absent"],
      [15, "absent"],
    ],
    waits("undecided"),
    {},
  ],
  [
    "is sent again without a key when the order lists its refunds and it is not among them",
    unknown,
    [
      [2, "absent"],
      [15, "absent"],
    ],
    goes,
    { listed: true },
  ],
  [
    "is sent again without either when it is a capture: the order itself shows that it holds",
    { ...unknown, kind: "capture" },
    [
      [2, "absent"],
      [15, "absent"],
    ],
    goes,
    {},
  ],
  [
    "is sent again so too when it is a void",
    { ...unknown, kind: "void" },
    [
      [2, "absent"],
      [15, "absent"],
    ],
    goes,
    {},
  ],
  [
    "waits after a refusal that came after an unknown end: only reading decides",
    denied,
    [[2, "absent"]],
    waits("unknown"),
  ],
  [
    "ends with that refusal when it is not there",
    denied,
    [
      [2, "absent"],
      [15, "absent"],
    ],
    ends("gateway_refused"),
  ],
  [
    "needs a decision when the gateway says that it has it, and does not show it",
    duplicate,
    [
      [2, "absent"],
      [15, "absent"],
    ],
    waits("undecided"),
  ],
  [
    "is sent again up to the most sends",
    { ...unknown, sends: MOST_SENDS - 1 },
    [
      [2, "absent"],
      [15, "absent"],
    ],
    goes,
  ],
  [
    "needs a decision after the most sends",
    { ...unknown, sends: MOST_SENDS },
    [
      [2, "absent"],
      [15, "absent"],
    ],
    waits("undecided"),
  ],
  [
    "is never sent again by itself once it needs a decision",
    undecided,
    [
      [61, "absent"],
      [121, "absent"],
      [181, "absent"],
    ],
    waits("undecided"),
  ],
  [
    "is not sent again by itself either when it was unclear before",
    unknown,
    [
      [15, "unclear"],
      [61, "absent"],
      [121, "absent"],
      [181, "absent"],
    ],
    waits("undecided"),
  ],
  [
    "ends without a decision when its reference is another order's",
    undecided,
    [[61, "elsewhere"]],
    ends("reference_used_elsewhere"),
  ],
];

describe("a command whose end nobody knows", () => {
  it.each(named(READINGS))("%s", (_, [, given, looks, expected, traits]) => {
    const { next, command: now } = read(given, looks, traits);
    expect({ next, state: now.state, code: now.refusal?.code }).toEqual(expected);
    expect(now.read_at === null).toBe(!isOpen(now));
  });

  it("is read at once, and keeps why its end is not known", () => {
    expect(unknown).toMatchObject({
      state: "unknown",
      unknown_since: NOW,
      read_at: NOW,
      absences: 0,
      trouble: "no answer",
    });
  });

  it("is read again when the next absence can count, and never sooner than in a minute", () => {
    const times = [[0], [1.9], [2], [5], [30]] as const;
    const next = times.map(([minute]) => read(unknown, [[minute, "absent"]]).command.read_at);
    const just = 3 * SECOND;
    expect(next).toEqual([at(2), at(2.9) + just, at(15), at(15), at(31) + just]);
  });

  it("is read every hour while it needs a decision, and after six hours every six", () => {
    const early = read(undecided, [[60, "absent"]]).command;
    expect(early.read_at).toBe(at(120) + 3 * SECOND);
    const late = read(undecided, [[400, "absent"]]).command;
    expect(late.read_at).toBe(at(400) + 6 * HOUR + 3 * SECOND);
  });

  it("keeps the words of the refusal with which it ends", () => {
    const { command: now } = read(denied, [
      [2, "absent"],
      [15, "absent"],
    ]);
    expect(now).toMatchObject({ refusal, ended_at: at(15) + 3 * SECOND, read_at: null });
  });

  it("forgets the refusal of an earlier send when the next one ends without an answer", () => {
    const silent = becomeUnknown(sendAgain(denied, at(20)), { trouble: "", refusal: null }, NOW);
    expect(
      read(silent, [
        [2, "absent"],
        [15, "absent"],
      ]).next,
    ).toBe("send_again");
  });

  it("counts absences anew after each call", () => {
    const { command: absent } = read(unknown, [
      [2, "absent"],
      [15, "absent"],
    ]);
    const sent = becomeUnknown(sendAgain(absent, NOW), { trouble: "", refusal: null }, NOW);
    expect(read(sent, [[15, "absent"]]).next).toBe("wait");
  });
});
