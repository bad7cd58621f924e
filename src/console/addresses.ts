// Where the console shows what the API's addresses name. Answers of the API lead to lists of the API; a
// person is led to the page with the same filters.

/** Lists whose page is called otherwise. */
const PAGES: { readonly [path: string]: string } = {
  "/v1/settlements/refresh": "/console/settlements",
};

/** "/v1/orders?needs=refund" → "/console/orders?needs=refund". */
export function consoleAddress(href: string): string {
  const [path = "", query] = href.split("?");
  // Those who hold money have a page of their own, by the time that is left.
  if (query?.split("&").includes("stage=authorized") === true) return "/console/uncaptured";
  const page = PAGES[path] ?? path.replace(/^\/v1\//, "/console/");
  return query === undefined ? page : `${page}?${query}`;
}
