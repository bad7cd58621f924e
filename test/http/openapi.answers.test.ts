// Documented answers that no story of the other tests comes by: what the doors make of each failure that an
// actor can return, and the customer's pages when something is in the way. Held against the description
// like every answer (openapi/held.ts).

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { CommandFailure, InquiryFailure, LinkFailure } from "../../src/actor/rpc";
import type { CommandView } from "../../src/domain/command-view";
import { inr } from "../../src/domain/money";
import { failure, success } from "../../src/domain/result";
import { connect } from "../../src/http/connect";
import type { Doors } from "../../src/http/doors";
import { codeToStatus, type ProblemCode } from "../../src/http/problem";
import type { Operation } from "../../src/openapi/operation";
import { OPERATIONS } from "../../src/openapi/operations";
import { closeHouse, openHouse } from "../actor/house";
import { changed, type Knock, knockAt } from "../openapi/knocking";
import { withAccess, withOrders } from "./door";

beforeEach(async () => {
  await openHouse();
  vi.spyOn(console, "error").mockImplementation(() => {});
});

afterEach(() => {
  closeHouse();
  vi.restoreAllMocks();
});

function named(id: string): Operation {
  const found = OPERATIONS.find((operation) => operation.id === id);
  if (found === undefined) throw new Error(`no operation ${id}`);
  return found;
}

type Port = keyof Doors["orders"];

const request_id = "11111111-1111-4111-8111-111111111111";
const message = "planted";

/** What the gateway's client can return, by the problem that the doors make of it. */
const FAILURES = {
  gateway_unavailable: { code: "gateway_unavailable", request_id, message },
  gateway_rate_limited: { code: "gateway_rate_limited", request_id, retry_after: 7_000 },
  gateway_unauthorized: { code: "gateway_unauthorized", request_id, gateway_code: null, message },
  gateway_refused: {
    code: "gateway_refused",
    request_id,
    status: 422,
    gateway_code: "PLANTED",
    message,
  },
  gateway_duplicate: { code: "gateway_duplicate", request_id, message },
  link_unknown: { code: "gateway_not_found", request_id, gateway_code: "NOT_FOUND", message },
  link_differs: { code: "link_differs", field: "amount", theirs: 200_000 },
  order_unsettled: { code: "order_unsettled", order_id: null },
  amount_below_minimum: {
    code: "command_refused",
    refusal: { code: "amount_below_minimum", left: inr(50) },
  },
  currency_differs: {
    code: "command_refused",
    refusal: { code: "currency_differs", currency: "USD" },
  },
  key_limit_currency: { code: "key_limit_currency", currency: "USD" },
  too_many_commands: { code: "command_refused", refusal: { code: "too_many_commands" } },
} as const satisfies {
  readonly [code in ProblemCode]?: InquiryFailure | LinkFailure | CommandFailure;
};

type Failing = keyof typeof FAILURES;

const silence = ["gateway_unavailable", "gateway_rate_limited", "gateway_unauthorized"] as const;

/** Through which port each operation asks, and what it can be told there. */
const TOLD: readonly (readonly [id: string, port: Port, codes: readonly Failing[]])[] = [
  ["createLink", "createLink", [...silence, "link_unknown", "link_differs", "gateway_duplicate"]],
  ["trackLink", "trackLink", [...silence, "gateway_refused"]],
  ["refreshLink", "inquire", silence],
  ["cancelLink", "cancelLink", silence],
  ["notifyLink", "notifyLink", silence],
  ["replaceLink", "replaceLink", silence],
  ["verify", "verdict", silence],
  ["getVerdict", "verdict", silence],
  ["refreshOrder", "inquire", silence],
  ["tickStep", "tick", ["order_unsettled", "gateway_rate_limited", "gateway_unauthorized"]],
  ["sendReceipt", "sendReceipt", ["order_unsettled"]],
  [
    "refund",
    "command",
    ["amount_below_minimum", "currency_differs", "too_many_commands", "key_limit_currency"],
  ],
  [
    "capture",
    "command",
    ["amount_below_minimum", "currency_differs", "too_many_commands", "order_unsettled"],
  ],
  ["void", "command", ["too_many_commands", "order_unsettled", "gateway_unauthorized"]],
  ["decideCommand", "decideCommand", [...silence, "gateway_refused"]],
];

const told = TOLD.flatMap(([id, port, codes]) => codes.map((code) => [id, port, code] as const));

test.each(told)("%s, told by %s, answers %s", async (id, port, code) => {
  const fails = () => Promise.resolve(failure(FAILURES[code]));
  const open = changed((doors) => withOrders(doors, { [port]: fails }));
  expect(await knockAt(open, named(id))).toEqual({ status: codeToStatus(code), code });
});

test("a capture that an operator has decided about answers so for ever", async () => {
  const view: CommandView = {
    kind: "capture",
    reference: "capture_1",
    order_id: "v1-310115060000-aa-NoBody",
    outcome: "refused",
    amount: inr(150_000),
    payment_id: null,
    reason: null,
    refund_id: null,
    requested_by: "administrator",
    requested_at: "2031-01-15T06:00:00.000Z",
    ended_at: "2031-01-15T07:00:00.000Z",
    sends: 1,
    next_reading_at: null,
    trouble: null,
    refusal: { code: "decided_not_done", message },
    decision: {
      decision: "not_done",
      by: "administrator",
      at: "2031-01-15T07:00:00.000Z",
      reason: "Not in the dashboard",
    },
  };
  const command = () => Promise.resolve(success(view));
  const answer = await knockAt(
    changed((doors) => withOrders(doors, { command })),
    named("capture"),
  );
  expect(answer).toEqual({ status: 422, code: "decided_not_done" });
});

test("a thousand keys are enough", async () => {
  const createKey = () => Promise.resolve(failure({ code: "too_many_keys" } as const));
  const open = changed((doors) => withAccess(doors, { createKey }));
  expect(await knockAt(open, named("createKey"))).toEqual({ status: 409, code: "too_many_keys" });
});

test("a header that is no reference is refused", async () => {
  const headers = { "idempotency-key": "two words" };
  const answer = await knockAt(connect, named("capture"), { headers });
  expect(answer).toEqual({ status: 422, code: "idempotency_key_invalid" });
});

test("a command of an order that nobody knows", async () => {
  expect(await knockAt(connect, named("getCommand"))).toEqual({
    status: 404,
    code: "order_unknown",
  });
});

test("a decision about what is no order", async () => {
  const decide = named("decideCommand");
  const elsewhere = { ...decide, path: decide.path.replace("{id}", "x") };
  expect(await knockAt(connect, elsewhere)).toEqual({ status: 404, code: "order_unknown" });
});

test("there is no icon", async () => {
  expect(await knockAt(connect, named("getIcon"))).toEqual({ status: 204 });
});

const customers = ["getCallbackByToken", "postCallbackByToken", "getCallback", "postCallback"];

const redirect: Knock = { body: "order_id=v1-310115060000-aa-NoBody", key: null };
const asQuery: Knock = { query: "order_id=v1-310115060000-aa-NoBody", key: null };

/** A redirect as this door takes it. */
function fieldsFor(id: string): Knock {
  return id.startsWith("post") ? redirect : asQuery;
}

test.each([...customers, "getReceipt"])(
  "%s is a page when there are too many visits",
  async (id) => {
    const open = changed((doors) => ({
      ...doors,
      limits: {
        ...doors.limits,
        callbackPerAddress: () => Promise.resolve(false),
        receiptPerAddress: () => Promise.resolve(false),
      },
    }));
    expect(await knockAt(open, named(id), { key: null })).toEqual({ status: 429 });
  },
);

test.each(customers)("%s is a page when the order can not be looked up", async (id) => {
  const verdict = () => Promise.reject(new Error("planted"));
  const open = changed((doors) => withOrders(doors, { verdict }));
  expect(await knockAt(open, named(id), fieldsFor(id))).toEqual({ status: 503 });
});

test.each(customers)("%s is a page when nobody knows the payment", async (id) => {
  expect(await knockAt(connect, named(id), fieldsFor(id))).toEqual({ status: 404 });
});

test("fields that can not be read are a page, too", async () => {
  const many = Array.from({ length: 51 }, (_, index) => `f${index}=1`).join("&");
  const unreadable = [
    await knockAt(connect, named("getCallback"), { query: many, key: null }),
    await knockAt(connect, named("postCallback"), { body: many, key: null }),
  ];
  expect(unreadable).toEqual([{ status: 400 }, { status: 400 }]);
  const large = { body: "x".repeat(64 * 1024 + 1), key: null };
  expect(await knockAt(connect, named("postCallback"), large)).toEqual({ status: 413 });
});
