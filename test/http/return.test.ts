// A customer who comes back is told what is known and nothing older: a failure of a moment ago is
// not the truth about the try after it, and nobody is asked to pay again while nobody can look.

import { afterEach, beforeEach, expect, test } from "vitest";
import { atGateway, closeHouse, createLink, type Made, openHouse, pass } from "../actor/house";
import { turn } from "../sandbox/gateway";
import { knock } from "./door";

beforeEach(openHouse);
afterEach(closeHouse);

const pages = {
  callback_url: "https://shop.test/thanks",
  failure_callback_url: "https://shop.test/sorry",
};

/** The customer does this at the gateway, whose redirect brings him back; no webhook is delivered. */
async function comesBack(made: Made, action: string): Promise<Response> {
  const { redirect } = (await atGateway(made.link_id, action)) as unknown as {
    redirect: { fields: Record<string, string> };
  };
  return knock(`/callback/${made.token}`, {
    method: "POST",
    body: new URLSearchParams(redirect.fields),
  });
}

const looksAgain = (made: Made) => knock(`/callback/${made.token}`);

test("who pays right after a failed try is not told that it failed", async () => {
  const made = await createLink();
  expect(await (await comesBack(made, "fail")).text()).toContain("did not go through");
  pass(2_000);
  const response = await comesBack(made, "pay");
  expect(response.status).toBe(200);
  const page = await response.text();
  expect(page).toContain("Your payment is being confirmed");
  expect(page).toContain('http-equiv="refresh"');
  expect(page).not.toContain("did not go through");
  expect(page).not.toContain('class="button"');
  pass(5_000);
  expect(await (await looksAgain(made)).text()).toContain("Payment received");
});

test("who pays right after a failed try is not sent to the page for failures", async () => {
  const made = await createLink(pages);
  expect((await comesBack(made, "fail")).headers.get("location")).toContain("shop.test/sorry");
  pass(2_000);
  const response = await comesBack(made, "pay");
  expect(response.status).toBe(200);
  expect(response.headers.get("location")).toBeNull();
  pass(5_000);
  const later = await looksAgain(made);
  expect(later.status).toBe(303);
  expect(later.headers.get("location")).toContain("shop.test/thanks");
});

test.each(["pay", "fail"])(
  "nobody is invited to pay again while the gateway is down: %s",
  async (action) => {
    const made = await createLink();
    await atGateway(made.link_id, "open");
    pass(11_000);
    await turn({ answers: [{ operation: "*", times: -1, status: 503 }] });
    const response = await comesBack(made, action);
    expect(response.status).toBe(200);
    const page = await response.text();
    expect(page).toContain("you do not need to pay again");
    expect(page).not.toContain('class="button"');
    expect(page).not.toContain("/sandbox/checkout/");
    expect(page).toContain('http-equiv="refresh"');
  },
);
