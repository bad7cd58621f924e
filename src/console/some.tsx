// A list of which a page shows the first few, and where the rest of it is. An order may have hundreds of tries.

import type { Child } from "hono/jsx";
import { pathWith } from "./api";
import { useHere } from "./here";

export const SHOWN_AT_FIRST = 25;
/** More than these stand in the API only. */
export const SHOWN_AT_MOST = 500;

/** `all`: the list's name in the address, `?all=payments`, and its place on the page. */
export function Some<T>({
  rows,
  all,
  what,
  show,
}: {
  readonly rows: readonly T[];
  readonly all: string;
  readonly what: string;
  readonly show: (rows: readonly T[]) => Child;
}) {
  const { pathname, searchParams } = new URL(useHere().address, "https://console.invalid");
  const isAll = searchParams.get("all") === all;
  const shown = rows.slice(0, isAll ? SHOWN_AT_MOST : SHOWN_AT_FIRST);
  return (
    <>
      {show(shown)}
      {rows.length > shown.length && !isAll && (
        <p>
          <a class="more" href={`${pathWith(pathname, { all })}#${all}`}>
            Show all {rows.length} {what}
          </a>
        </p>
      )}
      {isAll && (
        <p class="row">
          {rows.length > shown.length && (
            <span class="soft">
              These are {shown.length} of {rows.length}; the API has all of them.
            </span>
          )}
          {rows.length > SHOWN_AT_FIRST && (
            <a class="more" href={`${pathname}#${all}`}>
              Show fewer {what}
            </a>
          )}
        </p>
      )}
    </>
  );
}
