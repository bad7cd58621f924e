// The two sides of a discrepancy as a person reads them: amounts, words, known fields; and whatever else came,
// whole.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DISCREPANCY_WORDS, discrepancyWords } from "../../src/console/discrepancy-words";
import { sideOf } from "../../src/console/sides";
import { DISCREPANCY_TYPES } from "../../src/domain/discrepancy";
import { inr } from "../../src/domain/money";

const money = (value: number) => ({ kind: "money", amount: inr(value) });

describe("a side", () => {
  it.each([
    [null, { kind: "nothing" }],
    ["", { kind: "nothing" }],
    [0, money(0)],
    [-500, money(-500)],
    ["5 INR", money(5)],
    ["1500 USD", { kind: "money", amount: { value: 1_500, currency: "USD" } }],
    [{ value: 700, currency: "INR" }, money(700)],
    ["part_paid", { kind: "text", text: "Part paid" }],
    ["FAILED", { kind: "word", word: "FAILED" }],
    ["delivered by the shop", { kind: "text", text: "delivered by the shop" }],
    [true, { kind: "text", text: "Yes" }],
    [
      { list: 1, detail: null },
      {
        kind: "fields",
        fields: [
          ["In the list", money(1)],
          ["On its own page", { kind: "nothing" }],
        ],
      },
    ],
    [
      { gross: 5, colour: "red" },
      { kind: "raw", text: '{\n  "gross": 5,\n  "colour": "red"\n}' },
    ],
    ['{"a":1}', { kind: "raw", text: '{\n  "a": 1\n}' }],
    ['{"cut of', { kind: "raw", text: '{"cut of' }],
    [[1], { kind: "raw", text: "[\n  1\n]" }],
    [0.5, { kind: "raw", text: "0.5" }],
    [{}, { kind: "raw", text: "{}" }],
  ])("%j", (value, side) => {
    expect(sideOf(value)).toEqual(side);
  });

  it("of whatever shape is shown, and what is long is folded", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const side = sideOf(JSON.parse(JSON.stringify(value)));
        expect(["nothing", "money", "text", "word", "fields", "raw"]).toContain(side.kind);
        if (side.kind === "text") expect(side.text.length).toBeLessThanOrEqual(200);
      }),
    );
  });
});

describe("the words of a discrepancy", () => {
  it("are there for every type, as sentences, without a word of the API", () => {
    for (const type of DISCREPANCY_TYPES) {
      const { label, means, next, ours, theirs } = DISCREPANCY_WORDS[type];
      for (const sentence of [means, next]) expect(sentence).toMatch(/^[A-Z].*[.?]$/s);
      expect(`${label} ${means} ${ours} ${theirs}`).not.toMatch(/[a-z]_[a-z]/);
    }
  });

  it("differ from type to type", () => {
    const labels = DISCREPANCY_TYPES.map((type) => DISCREPANCY_WORDS[type].label);
    expect(new Set(labels).size).toBe(labels.length);
  });

  it.each(["constructor", "from_the_future", ""])("are honest about %j", (type) => {
    expect(discrepancyWords(type).label).toBe("Another kind of difference");
  });
});
