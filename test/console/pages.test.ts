// The browser goes to every page (test/browser/console-pages.test.ts): each address of the console that a person
// can be shown is in its table. A new route that is in no row fails here.

import { expect, test } from "vitest";
import { createConsole } from "../../src/console/site";
import { app } from "../../src/http/app";
import { connect } from "../../src/http/connect";
import { PAGES, type Things } from "./pages";

/** Files, ways back, and what is for somebody who has not signed in, which has tests of its own there. */
const NO_PAGES: readonly string[] = [
  "/console/discrepancies.csv",
  "/console/links/:id/qr.svg",
  "/console/messages/:webhook_id/raw",
  "/console/orders.csv",
  "/console/reconciliation/:file{(payments|refunds|orders)\\.csv}",
  "/console/settlements.csv",
  "/console/settlements/:file{[A-Za-z0-9]{1,50}\\.csv}",
  "/console/settlements/refresh",
  "/console/sign-in",
  "/console/invite/:token",
];

const THINGS: Things = {
  order_id: "v1-1-aa-1",
  held_id: "v1-1-aa-2",
  unpaid_id: "v1-1-aa-3",
  payment_link_id: "pl-1",
  webhook_id: "msg_1",
  notification_id: "evt_1",
  utr: "1",
  discrepancy_id: "dis_1",
  person_id: "person:1",
  key_id: "key_1",
};

const addresses = createConsole(app, connect)
  .routes.filter(({ method }) => method === "GET")
  .map(({ path }) => path);

/** The one that answers this path: what is named outright goes before what is a parameter. */
function routeOf(path: string): string | undefined {
  const fits = (route: string): boolean => {
    const pattern = route.replaceAll(/:\w+\{(.*)\}/g, "($1)").replaceAll(/:\w+/g, "[^/]+");
    return new RegExp(`^${pattern}$`).test(path);
  };
  return addresses.filter(fits).toSorted((a, b) => a.split(":").length - b.split(":").length)[0];
}

test("every page is in the browser's table", () => {
  const visited = new Set(PAGES.map(({ path }) => routeOf(path(THINGS).replace(/\?.*/, ""))));
  const missing = addresses.filter((route) => !visited.has(route) && !NO_PAGES.includes(route));
  expect([...new Set(missing)]).toEqual([]);
  expect(NO_PAGES.filter((route) => !addresses.includes(route))).toEqual([]);
});

test("no two rows have one name: their pictures would", () => {
  const names = PAGES.map(({ name }) => name);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});
