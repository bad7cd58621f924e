// The public name of a discrepancy can be taken apart again, and nothing else can.
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { formatDiscrepancyId, parseDiscrepancyId } from "../../src/domain/discrepancy-id";

it("gives back the home and the key that it was made of", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (home, key) => {
      const id = formatDiscrepancyId({ home, key });
      expect(id).toMatch(/^dis_[A-Za-z0-9_-]+$/);
      expect(parseDiscrepancyId(id)).toEqual({ home, key });
    }),
  );
});

it("has one name: nothing that only reads alike is taken for it", () => {
  const id = formatDiscrepancyId({ home: "o-1", key: "overpaid" });
  const word = (text: string) => `dis_${btoa(text).replace(/=+$/, "")}`;
  expect(word('["o-1","overpaid"]')).toBe(id);
  const others = [
    "",
    "dis_",
    "dis_x",
    id.slice(4),
    `${id}=`,
    `${id}A`,
    ` ${id}`,
    `DIS_${id.slice(4)}`,
    word('["o-1", "overpaid"]'),
    word('["o-1","overpaid",1]'),
    word('["o-1"]'),
    word('["o-1",null]'),
    word('{"home":"o-1","key":"overpaid"}'),
    word("null"),
    word("\xff\xfe"),
    `dis_${"A".repeat(5_000)}`,
  ];
  for (const other of others) expect([other, parseDiscrepancyId(other)]).toEqual([other, null]);
});
