// Where the customer is sent on to: the guide's table (docs/gateway.md 7.1). Addresses come from the
// merchant only, the link's own or the settings; nothing in a redirect's fields can name one. Pure.

import { isFinal, type Verdict } from "../domain/verdict";

export interface ReturnPages {
  readonly return_url: string | null;
  readonly failure_return_url: string | null;
}

const UNPAID_ENDS: readonly Verdict[] = ["failed", "expired", "cancelled"];

/**
 * | verdict | the first of these that there is |
 * |---|---|
 * | success | the link's return page, the deployment's |
 * | failed, expired, cancelled | the link's failure page, its return page, the deployment's failure page, its return page |
 * | none of them, or not final | null: our own page |
 */
export function chooseReturnUrl(
  verdict: Verdict,
  ofLink: ReturnPages,
  ofDeployment: ReturnPages,
): string | null {
  if (!isFinal(verdict)) return null;
  if (!UNPAID_ENDS.includes(verdict)) return ofLink.return_url ?? ofDeployment.return_url;
  return (
    ofLink.failure_return_url ??
    ofLink.return_url ??
    ofDeployment.failure_return_url ??
    ofDeployment.return_url
  );
}

/** `?chukta={token}` beside the page's own query, which stays as it is. */
export function withToken(page: string, token: string): string {
  const url = new URL(page);
  if (url.searchParams.has("chukta")) url.searchParams.delete("chukta");
  const query = url.search.replace(/^\?/, "");
  url.search = `${query}${query === "" ? "" : "&"}chukta=${encodeURIComponent(token)}`;
  return url.href;
}
