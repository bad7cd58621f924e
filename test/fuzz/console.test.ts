// The operator's console. Every route is asked for with strange parts, queries and fields, by somebody who is
// signed in, with the token of a form, with another one and with none. No page is a 5xx, what was sent stands on
// it as text only, nobody is sent elsewhere, a form without its token does nothing, and no order is another than
// before. Nobody is let in who did not have the password.

import * as fc from "fast-check";
import { expect } from "vitest";
import { pass } from "../actor/house";
import { Visitor } from "../console/visit";
import { besiege, door } from "./campaign";
import { headerValues, once, parts, queries, wholeTexts } from "./inputs";
import { ask, expectRight, signedIn, site } from "./operator";
import { watched } from "./ours";

const opened = watched();

const routes = [
  ...new Set(
    site.routes
      .filter(({ method }) => method !== "ALL")
      .map(({ method, path }) => `${method} ${path}`),
  ),
].filter((route) => !route.endsWith("/sign-in"));

const FIELDS =
  "address all amount amount_to attention again batch body by claim_id cursor decision description email " +
  "email_id event expire_by expires_at first_name from headers holds id item kept last_name limit listed " +
  "mobile_number name named needs note old once opened order order_id part_payment password payment_id " +
  "per_day per_refund phone pre_auth q reason reference reminders role scopes seen session severity sort " +
  "stage state status step sure to transaction_id type until utr what days chosen none said n";
const names = FIELDS.split(" ");
const RIGHT = ["all", "part", "100", "1,500.00", "yes", "true", "2031-01-01", "paid", "admin", "1"];

/** A route's address; what leads to something is filled in when it is sent. */
const addresses = (of: readonly string[]) =>
  fc.record({
    route: fc.constantFrom(...of),
    parts: fc.array(fc.oneof(parts, fc.constantFrom("{unpaid}", "{paid}", "{held}")), {
      minLength: 3,
      maxLength: 3,
    }),
    query: queries(names, RIGHT),
  });

interface Address {
  readonly route: string;
  readonly parts: readonly string[];
  readonly query: string;
}

async function pathOf({ route, parts, query }: Address): Promise<string> {
  const ours = await opened();
  let n = -1;
  const path = route
    .slice(route.indexOf(" ") + 1)
    .replaceAll(/:\w+(?:\{[^/]*\})?/g, () => parts[(n += 1) % parts.length] ?? "")
    .replaceAll(/\{(unpaid|paid|held)\}/g, (_, name: "unpaid" | "paid" | "held") =>
      route.includes("/links/") ? ours[name].link_id : ours[name].order_id,
    );
  return query === "" ? path : `${path}?${query}`;
}

const pages = door<Address>({
  name: "console.pages",
  usual: 260,
  gets: ["200", "303", "400", "404"],
  input: addresses(routes.filter((route) => route.startsWith("GET"))),
  begin: async () => {
    const ours = await opened();
    const visitor = await signedIn();
    return {
      strike: async (address) => {
        const path = await pathOf(address);
        return expectRight(path, await visitor.get(path));
      },
      end: ours.expectUntouched,
    };
  },
});

interface Sent extends Address {
  readonly fields: readonly (readonly [string, string])[];
  readonly csrf: "right" | "none" | "other";
  readonly from: string | null;
  readonly type: string | null;
}

const forms = door<Sent>({
  name: "console.forms",
  usual: 260,
  gets: ["303", "403", "404", "422"],
  input: fc
    .tuple(
      addresses(routes.filter((route) => route.startsWith("POST"))),
      fc.record({
        fields: fc.array(
          fc.tuple(
            fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...names) }, wholeTexts),
            fc.oneof(wholeTexts, fc.constantFrom(...RIGHT)),
          ),
          { maxLength: 8 },
        ),
        csrf: fc.constantFrom("right", "right", "right", "none", "other"),
        from: once(10, headerValues),
        type: once(10, headerValues),
      }),
    )
    .map(([address, form]) => ({ ...address, ...form })),
  begin: async () => {
    const ours = await opened();
    let visitor = await signedIn();
    let mayBeOut = false;
    return {
      strike: async ({ fields, csrf, from, type, ...address }) => {
        // The form before may have ended the session.
        if (mayBeOut) visitor = await signedIn();
        mayBeOut = /sign-out|\/you\//.test(address.route);
        const form = new URLSearchParams(fields.filter(([name]) => name !== "csrf").map(pair));
        if (csrf !== "none") form.set("csrf", csrf === "right" ? visitor.csrf : `${visitor.csrf}x`);
        const path = await pathOf(address);
        const shown = await visitor.send(path, form, {
          ...(from === null ? {} : { origin: from }),
          ...(type === null ? {} : { "content-type": type }),
        });
        if (csrf !== "right" && !path.startsWith("/console/invite/")) {
          // An address that is none is told before its form is looked at.
          expect([401, 403, 404]).toContain(shown.status);
        }
        return expectRight(path, shown);
      },
      end: ours.expectUntouched,
    };
  },
});

const pair = ([name, value]: readonly [string, string]): [string, string] => [name, value];

interface Try {
  readonly name: string;
  readonly password: string;
  readonly to: string;
  readonly cookie: string;
}

let tries = 0;

const signIn = door<Try>({
  name: "console.sign-in",
  usual: 25,
  gets: ["401"],
  input: fc.record({
    name: fc.oneof(wholeTexts, fc.constant("administrator")),
    password: wholeTexts.filter((text) => text !== "test-console-password"),
    to: wholeTexts,
    cookie: headerValues,
  }),
  begin: async () => {
    await opened();
    // So that not all of them are too many.
    pass(60_000);
    return {
      strike: async ({ name, password, to, cookie }) => {
        tries += 1;
        const address = `2001:db8:${(tries >> 8).toString(16)}:${(tries & 255).toString(16)}::1`;
        const stranger = new Visitor(ask, { "cf-connecting-ip": address });
        const form = new URLSearchParams({ name, password, to });
        const shown = await stranger.send("/console/sign-in", form, { cookie: `chukta=${cookie}` });
        expect([401, 429]).toContain(shown.status);
        expect(stranger.cookie).toBe("");
        const page = `/console/sign-in?to=${encodeURIComponent(to)}`;
        await expectRight(page, await stranger.get(page, { cookie: `chukta=${cookie}` }));
        return expectRight("/console/sign-in", shown);
      },
    };
  },
});

besiege([pages, forms, signIn]);
