// `reminders` of POST /v1/links: what is taken, what is refused with a field, and that they are ours.

import { afterEach, beforeEach, expect, test } from "vitest";
import { closeHouse, openHouse } from "../actor/house";
import { ask } from "../sandbox/gateway";
import { call, expectProblem, faultsOf } from "./door";

beforeEach(openHouse);
afterEach(closeHouse);

let counter = 0;

function request(change: Record<string, unknown> = {}): Record<string, unknown> {
  counter += 1;
  return {
    amount: { value: 150_000, currency: "INR" },
    merchant_payment_link_reference: `reminded-${Date.now()}-${counter}`,
    customer: { email_id: "asha@example.com" },
    expire_by: "2031-01-20T06:00:00Z",
    ...change,
  };
}

const DAYS_180 = 180 * 24 * 60;

test("they are shown with their moments, and the gateway never sees them", async () => {
  const reminders = [
    { before_expiry_minutes: 24 * 60 },
    { before_expiry_minutes: 1 },
    { after_creation_minutes: 1 },
    { after_creation_minutes: 24 * 60 },
    { after_creation_minutes: 2 * 24 * 60 },
  ];
  const response = await call("POST", "/v1/links", request({ reminders }));
  expect(response.status).toBe(201);
  const link = await response.json<{ readonly reminders: readonly { due_at: string }[] }>();
  expect(link.reminders).toHaveLength(5);
  expect(link.reminders[0]).toEqual({
    number: 1,
    due_at: "2031-01-19T06:00:00.000Z",
    sent_at: null,
    result: null,
  });
  expect(link.reminders[1]?.due_at).toBe("2031-01-20T05:59:00.000Z");
  const { body } = await ask("GET", "/sandbox/requests");
  expect(JSON.stringify(body.requests)).not.toMatch(/reminder|_minutes/);
});

test("they are part of the request: others under the same reference are 409", async () => {
  const body = request({ reminders: [{ before_expiry_minutes: 60 }] });
  const first = await call("POST", "/v1/links", body);
  const again = await call("POST", "/v1/links", body);
  expect(again.status).toBe(201);
  expect(await again.json()).toEqual(await first.json());
  for (const reminders of [undefined, [], [{ before_expiry_minutes: 61 }]]) {
    const other = await call("POST", "/v1/links", { ...body, reminders });
    const problem = await expectProblem(other, 409, "reference_reused");
    expect(JSON.stringify(problem)).toContain("reminders");
  }
});

test("none at all and an empty list are the same request", async () => {
  const body = request();
  expect((await call("POST", "/v1/links", body)).status).toBe(201);
  expect((await call("POST", "/v1/links", { ...body, reminders: [] })).status).toBe(201);
});

test("takes the limits themselves", async () => {
  const far = { expire_by: undefined, reminders: [{ after_creation_minutes: DAYS_180 }] };
  const response = await call("POST", "/v1/links", request(far));
  expect(response.status).toBe(201);
  // The gateway ends a link after a day if nobody says when: there is no such moment.
  expect(await response.json()).toMatchObject({ reminders: [{ due_at: null, result: null }] });
});

const hour = { before_expiry_minutes: 60 };

test.each<readonly [string, Record<string, unknown>, Record<string, unknown>]>([
  ["no list", { reminders: hour }, { "/reminders": expect.any(String) }],
  [
    "six of them",
    { reminders: [1, 2, 3, 4, 5, 6].map((after) => ({ after_creation_minutes: after })) },
    { "/reminders": "must have at most 5 reminders" },
  ],
  [
    "neither end",
    { reminders: [{}] },
    { "/reminders/0": "must have one of before_expiry_minutes, after_creation_minutes" },
  ],
  [
    "both ends",
    { reminders: [{ ...hour, after_creation_minutes: 5 }] },
    { "/reminders/0": "must have one of before_expiry_minutes, after_creation_minutes" },
  ],
  [
    "another member",
    { reminders: [{ ...hour, text: "Pay!" }] },
    { "/reminders/0/text": "is not a known field" },
  ],
  [
    "no time at all",
    { reminders: [{ after_creation_minutes: 0 }] },
    { "/reminders/0/after_creation_minutes": "must be at least 1 minute" },
  ],
  [
    "half a minute",
    { reminders: [{ after_creation_minutes: 0.5 }] },
    { "/reminders/0/after_creation_minutes": "must be a whole number of minutes" },
  ],
  [
    "more than any link lives",
    { reminders: [{ after_creation_minutes: DAYS_180 + 1 }] },
    { "/reminders/0/after_creation_minutes": `must be at most ${DAYS_180} minutes` },
  ],
  [
    "before an end that is not given",
    { expire_by: undefined, reminders: [{ after_creation_minutes: 5 }, hour] },
    { "/reminders/1": "counts from expire_by, which is not given" },
  ],
  [
    "a moment that is past",
    { reminders: [{ before_expiry_minutes: 5 * 24 * 60 }] },
    { "/reminders/0": "would be in the past: the link ends sooner than that" },
  ],
  [
    "a moment after the end",
    { reminders: [{ after_creation_minutes: 5 * 24 * 60 }] },
    { "/reminders/0": "would come after the end of the link" },
  ],
  ["the same one twice", { reminders: [hour, hour] }, { "/reminders/1": "is there twice" }],
])("%s is 422 with a pointer, and the gateway is not asked", async (_, change, faults) => {
  const response = await call("POST", "/v1/links", request(change));
  expect(faultsOf(await expectProblem(response, 422, "body_invalid"))).toEqual(faults);
  const { body } = await ask("GET", "/sandbox/requests");
  expect(body.counts["link.create"]).toBeUndefined();
});
