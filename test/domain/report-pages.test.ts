// Where a report ends: at its number of pages and a page without news, not at one of them alone.

import { expect, test } from "vitest";
import { afterPage, FIRST_PAGE, isBeyondEnd, type PagePlace } from "../../src/domain/report-pages";

const LIMITS = { pages: 100, barren: 5 };
const at = (page: number, total_pages: number | null = null, barren = 0): PagePlace => ({
  page,
  total_pages,
  barren,
});

test.each<[string, PagePlace, number, number | null, "more" | "end" | "endless"]>([
  ["the only page, full", FIRST_PAGE, 10, 1, "more"],
  ["an empty first page of none", FIRST_PAGE, 0, 0, "end"],
  ["an empty first page that says nothing", FIRST_PAGE, 0, null, "end"],
  ["an empty page before the last", at(2, 3), 0, 3, "more"],
  ["an empty page that forgets the number said before", at(2, 3), 0, null, "more"],
  ["an empty page that says fewer than before", at(2, 3), 0, 1, "more"],
  ["nothing new at the last page", at(3, 3), 0, 3, "end"],
  ["something new past the last page", at(4, 3), 1, 3, "more"],
  ["nothing new past the last page", at(5, 3), 0, 3, "end"],
  ["the fifth page in a row without news", at(9, 50, 4), 0, 50, "endless"],
  ["news on the last page that is allowed", at(100, 3), 10, 3, "endless"],
])("%s", (_, place, fresh, total_pages, kind) => {
  expect(afterPage(place, { fresh, total_pages }, LIMITS).kind).toBe(kind);
});

test("goes on with the next page, and counts pages without news in a row", () => {
  const first = afterPage(FIRST_PAGE, { fresh: 0, total_pages: 4 }, LIMITS);
  expect(first).toEqual({ kind: "more", place: at(2, 4, 1) });
  expect(afterPage(at(2, 4, 1), { fresh: 3, total_pages: null }, LIMITS)).toEqual({
    kind: "more",
    place: at(3, 4, 0),
  });
});

test.each([
  [at(1), false],
  [at(1, 0), false],
  [at(2), true],
  [at(2, 2), false],
  [at(3, 2), true],
])("a refusal of %j is the end: %s", (place, end) => {
  expect(isBeyondEnd(place)).toBe(end);
});
