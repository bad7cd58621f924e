// When a report is read to its end. The gateway's number of pages is not trusted alone: it was seen to
// say two where there is one. A report ends where that number is reached AND a page brings nothing new;
// what never comes to its end is left after so many pages. Pure.

export interface PagePlace {
  /** The page to ask for; the first is 1. */
  readonly page: number;
  /** The greatest number of pages that was said; null when none was. */
  readonly total_pages: number | null;
  /** Pages in a row that brought nothing new. */
  readonly barren: number;
}

export interface PageLimits {
  readonly pages: number;
  readonly barren: number;
}

export const FIRST_PAGE: PagePlace = { page: 1, total_pages: null, barren: 0 };

export type Paged =
  | { readonly kind: "more"; readonly place: PagePlace }
  | { readonly kind: "end" }
  /** A gateway that repeats itself or says absurd numbers: nobody knows whether that was all. */
  | { readonly kind: "endless" };

/** `fresh`: rows of the page that no page before it had. */
export function afterPage(
  place: PagePlace,
  page: { readonly fresh: number; readonly total_pages: number | null },
  limits: PageLimits,
): Paged {
  const said = Math.max(place.total_pages ?? 0, page.total_pages ?? 0);
  if (page.fresh === 0 && place.page >= said) return { kind: "end" };
  const barren = page.fresh === 0 ? place.barren + 1 : 0;
  if (place.page >= limits.pages || barren >= limits.barren) return { kind: "endless" };
  return {
    kind: "more",
    place: { page: place.page + 1, total_pages: said === 0 ? null : said, barren },
  };
}

/** Beyond the last page that was promised: a refusal of this one is the report's end. */
export function isBeyondEnd({ page, total_pages }: PagePlace): boolean {
  return page > 1 && page > (total_pages ?? 0);
}
