// How the money doors name things: the reference in body or header, the order by any of its ids, the
// answer by its Location, and which scope each door wants.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CommandView } from "../../src/domain/command-view";
import { atGateway, closeHouse, createLink, openHouse, settle } from "../actor/house";
import { capture, heldOrder, inr, moves, paidOrder, refund } from "../actor/money";
import { ask, turn } from "../sandbox/gateway";
import { administrator, call, expectProblem, faultsOf, knock } from "./door";
import { lacking } from "./scopes";

beforeEach(openHouse);
afterEach(closeHouse);

const ORDER = "/v1/orders/v1-310115060000-aa-NoBody";

describe("the reference", () => {
  /** A refund of ₹1 with this header and this reference in the body. */
  async function send(
    order_id: string,
    key: string | null,
    merchant_refund_reference?: string,
  ): Promise<Response> {
    return knock(`/v1/orders/${order_id}/refunds`, {
      method: "POST",
      headers: { ...administrator, ...(key === null ? {} : { "idempotency-key": key }) },
      body: JSON.stringify({ amount: inr(100), merchant_refund_reference }),
    });
  }

  test.each([
    ["in the body alone", null, "back-1"],
    ["in the header alone", "back-1", undefined],
    ["in the header as a string of RFC 8941", '"back-1"', undefined],
    ["in both, and the same", "back-1", "back-1"],
    ["in both, the header in quotes", '"back-1"', "back-1"],
  ])("may stand %s: it is the same refund", async (_, key, reference) => {
    const { order_id } = await paidOrder();
    await refund(order_id, "back-1", { amount: inr(100) });
    const response = await send(order_id, key, reference);
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({ reference: "back-1", outcome: "done", sends: 1 });
    expect(await moves()).toBe(1);
  });

  test.each([
    ["that differs from the body's", "back-2", "back-1"],
    ["with a space in it", "back 1", undefined],
    ["that is empty", '""', undefined],
    ["that is too long", "k".repeat(51), undefined],
    ["whose quotes do not end", '"back-1', undefined],
    ["that is a list", '"back-1", "back-2"', undefined],
  ])("is refused in a header %s", async (_, key, reference) => {
    const { order_id } = await paidOrder();
    await expectProblem(await send(order_id, key, reference), 422, "idempotency_key_invalid");
    expect(await moves()).toBe(0);
  });

  test.each([
    ["refunds", "merchant_refund_reference"],
    ["capture", "merchant_capture_reference"],
  ])("must be given somewhere for %s", async (door, field) => {
    const response = await call("POST", `${ORDER}/${door}`, {});
    const problem = await expectProblem(response, 422, "body_invalid");
    expect(Object.keys(faultsOf(problem))).toEqual([`/${field}`]);
  });

  test("of a refund and of a capture are two, though they are the same word", async () => {
    const { order_id } = await heldOrder();
    expect((await capture(order_id, "same-1")).status).toBe(201);
    expect((await refund(order_id, "same-1", { amount: inr(100) })).status).toBe(201);
  });
});

describe("the address", () => {
  const doors: readonly (readonly [string, string, object | undefined])[] = [
    ["POST", "refunds", { merchant_refund_reference: "back-1" }],
    ["GET", "refunds", undefined],
    ["GET", "refunds/back-1", undefined],
    ["POST", "capture", { merchant_capture_reference: "take-1" }],
    ["POST", "void", undefined],
    ["GET", "commands", undefined],
  ];

  test.each(doors)("%s …/%s of an order that nobody knows is 404", async (method, door, body) => {
    for (const id of ["v1-310115060000-aa-NoBody", "pl-v1-310115060000-aa-NoBody", "%00", "x"]) {
      const response = await call(method, `/v1/orders/${id}/${door}`, body);
      await expectProblem(response, 404, "order_unknown");
    }
  });

  test.each([
    ["GET", "refunds/back-9"],
    ["GET", "commands/refund/back-9"],
    ["GET", "commands/nothing/back-1"],
    ["GET", "commands/void/back-1"],
  ])("%s …/%s of an order that has no such command is 404", async (method, door) => {
    const { order_id } = await paidOrder();
    await refund(order_id, "back-1", { amount: inr(100) });
    const response = await call(method, `/v1/orders/${order_id}/${door}`);
    await expectProblem(response, 404, "command_unknown");
  });

  test.each(["refund/back-9", "nothing/back-1", "refund/back.1"])(
    "a decision about %s, which is not there, is 404",
    async (command) => {
      const { order_id } = await paidOrder();
      const path = `/v1/orders/${order_id}/commands/${command}/decision`;
      const body = { decision: "done", reason: "seen" };
      await expectProblem(await call("POST", path, body), 404, "command_unknown");
    },
  );

  test.each(["refunds", "refunds/back-1", "commands", "commands/refund/back-1"])(
    "GET …/%s takes no query",
    async (door) => {
      const response = await call("GET", `${ORDER}/${door}?limit=1`);
      await expectProblem(response, 400, "query_invalid");
    },
  );

  test("names the order by its id, by its link and by the id of its other order", async () => {
    await turn({ second_part: "new_order" });
    const { order_id, link_id } = await createLink({ part_payment: true });
    await atGateway(link_id, "pay", { amount: 60_000 });
    const second = await atGateway(link_id, "pay", { amount: 90_000 });
    const ids = [order_id, link_id, second.order.order_id];
    for (const [n, id] of ids.entries()) {
      const answer = await refund(id, `back-${n}`, { amount: inr(100) });
      expect(answer).toMatchObject({ status: 201, body: { outcome: "done" } });
      await settle(...ids);
    }
    for (const id of ids) {
      const listed = await call("GET", `/v1/orders/${id}/refunds`);
      const { data }: { data: readonly { merchant_refund_reference: string }[] } =
        await listed.json();
      const references = data.map(({ merchant_refund_reference }) => merchant_refund_reference);
      expect(references.toSorted()).toEqual(["back-0", "back-1", "back-2"]);
    }
  });

  test("may name an order that came without us: the gateway is asked", async () => {
    const made = await ask("POST", "/sandbox/orders", { amount: 90_000 });
    const { order_id } = made.body.order;
    await ask("POST", `/sandbox/orders/${order_id}/pay`);
    const answer = await refund(order_id, "back-1", { amount: inr(40_000) });
    expect(answer).toMatchObject({ status: 201, body: { outcome: "done", order_id } });
    const listed = await call("GET", `/v1/orders/${order_id}/refunds`);
    expect(await listed.json()).toMatchObject({ data: [{ merchant_refund_reference: "back-1" }] });
  });

  test("may be the id of a refund: its order is meant", async () => {
    const { order_id } = await paidOrder();
    const first = await refund(order_id, "back-1", { amount: inr(50_000) });
    const second = await refund(first.body.refund_id ?? "", "back-2");
    expect(second).toMatchObject({ status: 201, body: { order_id, amount: inr(100_000) } });
  });

  test("in Location leads to what was made", async () => {
    const { order_id } = await paidOrder();
    const made = await call("POST", `/v1/orders/${order_id}/refunds`, {
      merchant_refund_reference: "back-1",
    });
    const refunded = made.headers.get("location") ?? "";
    expect(refunded).toBe(`/v1/orders/${order_id}/refunds/back-1`);
    expect(await (await call("GET", refunded)).json()).toMatchObject({ outcome: "done" });
    const held = await heldOrder();
    const captured = await call("POST", `/v1/orders/${held.link_id}/capture`, {
      merchant_capture_reference: "take-1",
    });
    const taken = captured.headers.get("location") ?? "";
    expect(taken).toBe(`/v1/orders/${held.link_id}/commands/capture/take-1`);
    expect(await (await call("GET", taken)).json()).toEqual(await captured.json());
    const other = await heldOrder();
    const voided = await call("POST", `/v1/orders/${other.order_id}/void`);
    const gone: CommandView = await voided.json();
    expect(await (await call("GET", voided.headers.get("location") ?? "")).json()).toEqual(gone);
    expect(gone).toMatchObject({ kind: "void", outcome: "done", amount: inr(150_000) });
  });
});

describe("a key needs", () => {
  test.each([
    ["refund", "POST", "refunds", { merchant_refund_reference: "back-1" }],
    ["capture", "POST", "capture", { merchant_capture_reference: "take-1" }],
    ["capture", "POST", "void", undefined],
    ["read", "GET", "refunds", undefined],
    ["read", "GET", "refunds/back-1", undefined],
    ["read", "GET", "commands", undefined],
    ["read", "GET", "commands/refund/back-1", undefined],
    ["refund", "POST", "commands/refund/x/decision", { decision: "done", reason: "seen" }],
    ["capture", "POST", "commands/capture/x/decision", { decision: "done", reason: "seen" }],
    ["capture", "POST", "commands/void/x/decision", { decision: "done", reason: "seen" }],
  ] as const)("the scope %s for %s …/%s", async (scope, method, door, body) => {
    const { order_id } = await paidOrder();
    const path = `/v1/orders/${order_id}/${door}`;
    const refused = await lacking(scope, () => call(method, path, body));
    const problem = await expectProblem(refused, 403, "scope_missing");
    expect(problem.detail).toBe(`This needs a key with the scope ${scope}.`);
    expect(await moves()).toBe(0);
  });

  test("no scope to capture in order to refund, and none to refund in order to capture", async () => {
    const [paid, held] = [await paidOrder(), await heldOrder()];
    const refunded = await lacking("capture", () => refund(paid.order_id, "back-1"));
    const captured = await lacking("refund", () => capture(held.order_id, "take-1"));
    expect([refunded.status, captured.status]).toEqual([201, 201]);
  });
});

test("a payment that nobody told us of is found by asking before anything is decided", async () => {
  const { order_id, link_id } = await createLink();
  await atGateway(link_id, "pay");
  expect(await refund(order_id, "back-1")).toMatchObject({
    status: 201,
    body: { outcome: "done" },
  });
});
