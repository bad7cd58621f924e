// Every page of the console in a real browser: axe finds nothing serious, nothing is too small, too pale or too
// wide, in light and dark, at a desk, on a telephone and on the smallest one; and with a frame's own faults: no
// console error, nothing against the pages' own policy. A new page is one line in test/console/pages.ts.

import { env } from "node:process";
import { beforeAll, describe, expect, test } from "vitest";
import { FORMS, PAGES, type Things } from "../console/pages";
import type { Operator } from "./operator";
import { liveMonth, makeThings } from "./things";
import { useTown } from "./town";

const town = useTown();

/** The browser says it of each page that is not there, or not to be had. */
const NOT_FOUND = /Failed to load resource: the server responded with a status of 4\d\d/;

let things: Things;
/** Signing in is slow on purpose, and is a test of its own. */
let cookies: Awaited<ReturnType<Operator["cookies"]>>;

/** How many orders a month before them has (npm run screenshots); none if it is not said. */
const month = env["CHUKTA_ORDERS"] ?? "";

beforeAll(async () => {
  if (month !== "") await liveMonth(town.chukta, month);
  const made = await makeThings(town.chukta);
  const first = await town.employ();
  await first.signIn(town.chukta.origin);
  things = { ...made, person_id: await first.invitePerson(town.chukta.origin, "Meera") };
  cookies = await first.cookies();
}, 3_600_000);

const employ = (script: boolean, status: number): Promise<Operator> =>
  town.employ({ script, cookies, ...(status === 200 ? {} : { allowed: NOT_FOUND }) });

describe("a page", () => {
  test("to sign in is in order, with a wrong password too", async () => {
    const operator = await town.employ({ allowed: NOT_FOUND });
    const { page } = operator;
    const address = `${town.chukta.origin}/console/sign-in`;
    expect(await operator.visit("sign-in", address)).toEqual({ status: 200, faults: [] });
    await page.getByLabel("Name", { exact: true }).fill("administrator");
    await page.getByLabel("Password", { exact: true }).fill("wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("do not belong together").waitFor();
    expect(await operator.lookAround("sign-in-wrong")).toEqual([]);
  });

  test.each(PAGES)("is in order: $name", async ({ name, path, status = 200 }) => {
    const operator = await employ(true, status);
    const visited = await operator.visit(name, town.chukta.origin + path(things));
    expect(visited).toEqual({ status, faults: [] });
  });

  test.each(FORMS)("that answers a form is in order: $name", async (form) => {
    const operator = await employ(true, 400);
    const { page } = operator;
    await page.goto(town.chukta.origin + form.path(things));
    for (const label of form.choose ?? []) await page.getByLabel(label).first().check();
    for (const [label, text] of form.type ?? []) await page.getByLabel(label).first().fill(text);
    await operator.insist(form.press);
    await page.getByText(form.shows).first().waitFor();
    expect(await operator.lookAround(form.name)).toEqual([]);
  });

  test("works without script, whichever it is", async () => {
    const { page } = await employ(false, 400);
    const faults: string[] = [];
    for (const { name, path, status = 200 } of PAGES) {
      const answered = await page.goto(town.chukta.origin + path(things));
      if (answered?.status() !== status) faults.push(`${name}: ${answered?.status()}`);
      // What only a script can do is not shown where there is none.
      const copies = await page.locator("[data-copy]:visible").count();
      if (copies > 0) faults.push(`${name}: copies`);
      const headings = await page.getByRole("heading", { level: 1 }).count();
      if (headings !== 1) faults.push(`${name}: ${headings} headings`);
    }
    expect(faults).toEqual([]);
  });
});
