import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isJsonObject, type JsonObject } from "../../src/domain/json";
import { homeOf, parseEvent, translateEvent } from "../../src/pinelabs/event";
import { fixture, fixtureNames, fixtureText, mutated } from "./fixture";

function event(body: JsonObject) {
  return parseEvent(JSON.stringify(body));
}

function homeName(text: string): string {
  const home = homeOf(parseEvent(text));
  return home.kind === "none" ? "unrouted" : home.id;
}

const ORDER_ID = "v1-260101000000-aa-Order1";
const LINK_ID = "pl-v1-260101000000-aa-Link1";

describe("a message", () => {
  it.each([
    [null, "not_utf8"],
    ["not json", "not_json"],
    ["[1]", "not_an_object"],
    [`{"a":${"[".repeat(5000)}${"]".repeat(5000)}}`, "too_deep"],
  ])("that is no JSON object is unreadable and says why", (body, reason) => {
    expect(parseEvent(body)).toEqual({ kind: "unreadable", reason });
    expect(homeOf(parseEvent(body))).toEqual({ kind: "none" });
    expect(translateEvent(parseEvent(body)).inquire).toBe(false);
  });

  it.each([
    [{ event_type: "ORDER_PROCESSED" }, "ORDER_PROCESSED"],
    [{ eventType: "ORDER_PROCESSED" }, "ORDER_PROCESSED"],
    [{ event: "payment_link.processed" }, "payment_link.processed"],
    [{ event: "b", event_type: "A" }, "A"],
    [{ event_type: "", event: "b" }, "b"],
    [{ event_type: 7 }, null],
    [{}, null],
  ])("%j has the name %j", (body, name) => {
    expect(event(body)).toEqual({ kind: "event", name, data: {} });
  });

  it("has the data as an object, whatever stands there", () => {
    expect(event({ event: "a", data: [1] })).toMatchObject({ data: {} });
    expect(event({ event: "a", data: { orderId: "x" } })).toMatchObject({
      data: { order_id: "x" },
    });
  });
});

describe("the home of a message", () => {
  const expected = fixture("expected.json");

  it.each(Object.keys(expected))("%s goes where the design says", (name) => {
    const row = expected[name];
    expect(homeName(fixtureText(name))).toBe(isJsonObject(row) ? row.actor : undefined);
  });

  it.each([
    ["a charge", "ORDER_PROCESSED", { order_id: ORDER_ID, type: "CHARGE" }, ORDER_ID],
    ["a refund", "X", { order_id: "v1-r", parent_order_id: ORDER_ID, type: "REFUND" }, ORDER_ID],
    ["a refund by its parent", "X", { order_id: "v1-r", parent_order_id: ORDER_ID }, ORDER_ID],
    ["an orphan", "X", { order_id: "v1-r", parent_order_id: "a:b", type: "REFUND" }, "v1-r"],
    [
      "a charge with a parent",
      "X",
      { order_id: "v1-r", parent_order_id: ORDER_ID, type: "CHARGE" },
      "v1-r",
    ],
    ["a link and its order", "X", { order_id: ORDER_ID, payment_link_id: LINK_ID }, ORDER_ID],
    ["a link alone", "X", { payment_link_id: LINK_ID }, LINK_ID],
    ["a link with a bad order", "X", { order_id: "x:y", payment_link_id: LINK_ID }, LINK_ID],
    ["bad ids", "X", { order_id: "unrouted:0", payment_link_id: "reference:a" }, "unrouted"],
    ["a customer", "CUSTOMER_ACTIVATED", { order_id: ORDER_ID }, "unrouted"],
    ["a token", "TOKEN_PROVISION_PENDING", { order_id: ORDER_ID }, "unrouted"],
    ["a subscription", "SUBSCRIPTION_CHARGED", { order_id: ORDER_ID }, "unrouted"],
  ])("%s", (_, event_type, data, home) => {
    expect(homeName(JSON.stringify({ event_type, data }))).toBe(home);
  });
});

describe("what a message says", () => {
  it("an order event is ours, complete, and keeps the references that lead to its link", () => {
    const purchase_details = { merchant_metadata: { chukta_reference: "mine-1" } };
    const data = fixture("webhook-order-processed-card-purchase.json").data;
    if (!isJsonObject(data)) throw new Error("no data");
    const body = { event_type: "ORDER_PROCESSED", data: { ...data, purchase_details } };
    const translation = translateEvent(event(body));
    expect(translation).toMatchObject({ concern: "ours", inquire: false });
    const order = translation.observation.words.find(({ kind }) => kind === "order");
    expect(order?.fields).toMatchObject({
      reference: data.merchant_order_reference,
      merchant_metadata: { chukta_reference: "mine-1" },
    });
  });

  it("an order event that names its link names it in the observation, and nothing more of it", () => {
    const data = fixture("webhook-order-processed-card-purchase.json").data;
    if (!isJsonObject(data)) throw new Error("no data");
    const body = { event_type: "ORDER_PROCESSED", data: { ...data, payment_link_id: "pl-v1-9" } };
    expect(translateEvent(event(body)).observation.words).toContainEqual({
      kind: "link",
      id: "pl-v1-9",
      version: null,
      fields: {},
    });
  });

  it("the guide's link event is believed, undated, and always asked after", () => {
    const translation = translateEvent(parseEvent(fixtureText("webhook-link-processed.json")));
    expect(translation.concern).toBe("ours");
    expect(translation.inquire).toBe(true);
    expect(translation.observation.orders_named).toEqual(["v1-251220101733-aa-Rf8TzN"]);
    expect(translation.observation.words).toEqual([
      {
        kind: "link",
        id: "pl-v1-260118064512-aa-Kd3WmQ",
        version: null,
        fields: {
          status: "PROCESSED",
          amount: { value: 25_900, currency: "INR" },
          reference: "KILN-2026-0118",
        },
      },
    ]);
  });

  it.each(["webhook-unknown-event-with-order.json", "webhook-unknown-event-no-order.json"])(
    "an event never seen before is not believed (%s)",
    (name) => {
      const translation = translateEvent(parseEvent(fixtureText(name)));
      expect(translation).toMatchObject({ concern: "unknown", inquire: true });
      expect(translation.observation.words).toEqual([]);
    },
  );

  it("an unknown event names its order, so that it can be asked after", () => {
    const text = fixtureText("webhook-unknown-event-with-order.json");
    expect(translateEvent(parseEvent(text)).observation).toEqual({
      words: [],
      orders_named: ["v1-260218062214-aa-Wm5OeF"],
    });
  });

  it.each([
    "webhook-customer-activated.json",
    "webhook-subscription-charged.json",
    "webhook-token-activated.json",
  ])("%s does not concern us", (name) => {
    expect(translateEvent(parseEvent(fixtureText(name)))).toEqual({
      concern: "foreign",
      observation: { words: [], orders_named: [] },
      inquire: false,
    });
  });

  it.each([
    ["webhook-refund-processed-card.json", true, "its parent is not in it"],
    ["webhook-refund-processed-netbanking-parent-order.json", false, "its parent is"],
    ["webhook-order-unknown-status.json", true, "its status is in no table"],
    ["webhook-order-processed-card-purchase.json", false, "it is whole"],
  ])("%s: asked after is %j, because %s", (name, inquire) => {
    expect(translateEvent(parseEvent(fixtureText(name))).inquire).toBe(inquire);
  });

  it.each([
    ["no type, no parent, no list", {}, []],
    ["a list of refunds", { refunds: [] }, ["order"]],
    ["a type", { type: "CHARGE" }, ["order"]],
    ["a parent", { parent_order_id: "v1-parent" }, ["refund"]],
  ])("a refund event around an order with %s", (_, fields, kinds) => {
    const data = { order_id: ORDER_ID, status: "PROCESSED", ...fields };
    const { observation, inquire } = translateEvent(
      event({ event_type: "REFUND_PROCESSED", data }),
    );
    expect(observation.words.map(({ kind }) => kind)).toEqual(kinds);
    expect(inquire).toBe(true);
  });

  it("an order without a readable time is asked after", () => {
    const data = { order_id: ORDER_ID, type: "CHARGE", status: "PROCESSED", updated_at: "now" };
    expect(translateEvent(event({ event_type: "ORDER_PROCESSED", data })).inquire).toBe(true);
  });

  it("never throws, whatever comes", () => {
    const names = fixtureNames("webhook-");
    fc.assert(
      fc.property(fc.oneof(mutated(names), fc.jsonValue()), (value) => {
        const parsed = parseEvent(JSON.stringify(value));
        const home = homeOf(parsed);
        const { concern, observation } = translateEvent(parsed);
        if (concern === "foreign") expect(home.kind).toBe("none");
        if (home.kind === "order" && concern === "ours") {
          const told = observation.words.flatMap((word) =>
            word.kind === "order" ? [word.id] : [],
          );
          const named = [...told, ...observation.orders_named];
          // A message says nothing about another order than the one whose actor takes it.
          expect(named.filter((id) => id !== home.id)).toEqual([]);
        }
      }),
      { numRuns: 2000 },
    );
    fc.assert(fc.property(fc.string(), (text) => void translateEvent(parseEvent(text))));
  });
});
