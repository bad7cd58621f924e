// Every page of the console in a real browser: axe finds nothing serious, nothing is too small, too pale or too
// wide, in light and dark, at a desk, on a telephone and on the smallest one; and with a frame's own faults: no
// console error, nothing against the pages' own policy. A new page is one line in test/console/pages.ts.

import { beforeAll, describe, expect, test } from "vitest";
import { PAGES, type Things } from "../console/pages";
import { makeThings } from "./things";
import { useTown } from "./town";

const town = useTown();

/** The browser says it of each page that is not there, or not to be had. */
const NOT_FOUND = /Failed to load resource: the server responded with a status of 4\d\d/;

let things: Things;
beforeAll(async () => {
  things = await makeThings(town.chukta);
});

describe("a page", () => {
  test("to sign in is in order, with a wrong password too", async () => {
    const operator = await town.employ({ allowed: NOT_FOUND });
    const { page } = operator;
    await operator.expectGood(`${town.chukta.origin}/console/sign-in`);
    await page.getByLabel("Name", { exact: true }).fill("administrator");
    await page.getByLabel("Password", { exact: true }).fill("wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("do not belong together").waitFor();
    expect(await operator.lookAround()).toEqual([]);
  });

  test.each(PAGES)("is in order: $name", async ({ path, status = 200 }) => {
    const operator = await town.employ(status === 200 ? {} : { allowed: NOT_FOUND });
    await operator.signIn(town.chukta.origin);
    await operator.expectGood(town.chukta.origin + path(things), status);
  });

  test.each(PAGES)("works without script: $name", async ({ path, status = 200 }) => {
    const operator = await town.employ({
      script: false,
      ...(status === 200 ? {} : { allowed: NOT_FOUND }),
    });
    await operator.signIn(town.chukta.origin);
    const answered = await operator.page.goto(town.chukta.origin + path(things));
    expect(answered?.status()).toBe(status);
    // What only a script can do is not shown where there is none.
    expect(await operator.page.locator("[data-copy]:visible").count()).toBe(0);
  });
});
