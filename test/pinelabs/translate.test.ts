import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { join } from "../../src/domain/join";
import { NO_FACTS } from "../../src/domain/facts";
import type { JsonObject } from "../../src/domain/json";
import type { AnyWord, Observation } from "../../src/domain/observation";
import { type Instant, parseInstant, versionOf } from "../../src/domain/time";
import { parseObject } from "../../src/pinelabs/keys";
import { translateLink } from "../../src/pinelabs/translate-link";
import { translateOrder } from "../../src/pinelabs/translate-order";
import { fixtureNames, fixtureText, mutated } from "./fixture";

function read(name: string): JsonObject {
  const parsed = parseObject(fixtureText(name));
  if (!parsed.ok) throw new Error(name);
  return parsed.value;
}

function orderOf(name: string): Observation {
  const body = read(name);
  return translateOrder(name.startsWith("webhook-") ? asObject(body.data) : body);
}

function asObject(value: unknown): JsonObject {
  return value as JsonObject;
}

function wordOf<K extends AnyWord["kind"]>(
  observation: Observation,
  kind: K,
  id?: string,
): Extract<AnyWord, { kind: K }> {
  const found = observation.words.find(
    (word) => word.kind === kind && (id === undefined || word.id === id),
  );
  if (found === undefined) throw new Error(`no ${kind} ${id ?? ""}`);
  return found as Extract<AnyWord, { kind: K }>;
}

function at(text: string): Instant {
  const instant = parseInstant(text);
  if (instant === null) throw new Error(text);
  return instant;
}

const ORDER_ID = "v1-260101000000-aa-Order1";
const EARLY = "2026-01-01T00:00:00.000Z";
const LATE = "2026-01-02T00:00:00.000Z";

function order(fields: JsonObject): JsonObject {
  return { order_id: ORDER_ID, type: "CHARGE", status: "PROCESSED", ...fields };
}

describe("an order", () => {
  it("tells the order and its payment, with every field in our words", () => {
    const observation = orderOf("order-processed-captured.json");
    const said = wordOf(observation, "order");
    expect(said.fields).toMatchObject({ status: "PROCESSED", reference: expect.any(String) });
    const payment = wordOf(observation, "payment");
    expect(payment.fields).toMatchObject({
      order_id: said.id,
      status: "PROCESSED",
      payment_method: "CARD",
      network: expect.any(String),
      last4: expect.stringMatching(/^\d{4}$/),
      rrn: expect.any(String),
      is_aggregator: true,
      captures: [{ amount: { value: expect.any(Number), currency: "INR" } }],
    });
    expect(observation.pre_auth).toBe(true);
  });

  it("says the same bare and wrapped in `data`", () => {
    expect(orderOf("order-processed-bare.json")).toEqual(orderOf("order-processed-wrapped.json"));
  });

  it("counts payments to the order that lists them, whatever their id begins with", () => {
    const observation = orderOf("order-cancelled.json");
    const payment = wordOf(observation, "payment");
    const { id } = wordOf(observation, "order");
    expect(payment.id.startsWith(id)).toBe(false);
    expect(payment.fields.order_id).toBe(id);
  });

  it("reads camelCase orders, their captures and their metadata", () => {
    const observation = orderOf("webhook-order-processed-points-camelcase.json");
    expect(observation.words.map(({ kind }) => kind)).toEqual(["order", "payment", "payment"]);
    expect(wordOf(observation, "order").fields.amount).toEqual({ value: 75_000, currency: "INR" });
    expect(wordOf(observation, "payment", "v1-260115094412-aa-Nx5KaQ-pt-4").fields).toMatchObject({
      amount: { value: 12_500, currency: "INR" },
      captures: [{ amount: { value: 12_500, currency: "INR" } }],
    });
  });

  it("keeps what a foreign payment was worth in rupees beside its own amount", () => {
    const payment = wordOf(orderOf("webhook-order-processed-dcc.json"), "payment");
    expect(payment.fields.amount).toEqual({ value: 1200, currency: "USD" });
    expect(payment.fields.base_amount).toEqual({ value: 101_640, currency: "INR" });
  });

  it("keeps the error of a failed payment", () => {
    const payment = wordOf(orderOf("webhook-payment-failed-card-otp.json"), "payment");
    expect(payment.fields.error?.code).toBe("USER_AUTHENTICATION_FAILED");
  });

  it("keeps no account and no number that stands in the words of an error", () => {
    const text = fixtureText("webhook-payment-failed-card-otp.json").replace(
      "The one-time password was wrong",
      "Collect to asha.k@okbank was declined by 9876543210",
    );
    const parsed = parseObject(text);
    if (!parsed.ok) throw new Error("not read");
    const payment = wordOf(translateOrder(asObject(parsed.value.data)), "payment");
    expect(payment.fields.error?.message).toBe("Collect to ••• was declined by •••");
  });

  it("keeps that a bank settles with the merchant directly", () => {
    const payment = wordOf(orderOf("webhook-order-processed-netbanking.json"), "payment");
    expect(payment.fields.is_aggregator).toBe(false);
  });

  it("lets empty texts say nothing", () => {
    const payment = wordOf(orderOf("webhook-order-processed-upi-intent.json"), "payment");
    expect(payment.fields).not.toHaveProperty("rrn");
    const wallet = wordOf(orderOf("webhook-order-processed-wallet.json"), "payment");
    expect(wallet.fields).not.toHaveProperty("merchant_payment_reference");
  });

  it("keeps an unknown status beside the known ones, and never as one of them", () => {
    const said = wordOf(orderOf("webhook-order-unknown-status.json"), "order");
    expect(said.fields.unknown_status).toBe("UNDER_REVIEW");
    expect(said.fields).not.toHaveProperty("status");
  });

  it.each([
    ["PROCESSED", { status: "PROCESSED" }],
    [" processed ", { status: "PROCESSED" }],
    ["PARTIALLY_CAPTURED", { status: "PARTIALLY_CAPTURED" }],
    ["Under_Review", { unknown_status: "UNDER_REVIEW" }],
    ["", {}],
    ["two words", {}],
    ["1ST", {}],
    ["__PROTO__", {}],
    ["A".repeat(51), {}],
    [null, {}],
    [7, {}],
    [{ status: "PROCESSED" }, {}],
  ])("reads the status %j as %j", (status, expected) => {
    const { fields } = wordOf(translateOrder(order({ status, created_at: EARLY })), "order");
    expect({ ...fields, created_at: undefined }).toEqual({ ...expected, created_at: undefined });
  });

  it.each([
    [true, true],
    [false, false],
    ["true", true],
    ["False", false],
    ["yes", undefined],
    [1, undefined],
    [null, undefined],
  ])("reads pre_auth %j as %j", (pre_auth, expected) => {
    expect(translateOrder(order({ pre_auth })).pre_auth).toBe(expected);
    expect(translateOrder(order({ part_payment: pre_auth })).part_payment).toBe(expected);
  });

  it.each([
    [{ value: 100, currency: "INR" }, true],
    [{ value: 0, currency: "INR" }, true],
    [{ value: 100, currency: "INR", note: "x" }, true],
    [{ value: -1, currency: "INR" }, false],
    [{ value: 1.5, currency: "INR" }, false],
    [{ value: "100", currency: "INR" }, false],
    [{ value: 2 ** 53, currency: "INR" }, false],
    [{ value: 100 }, false],
    [{ value: 100, currency: "inr" }, false],
    [{ value: 100, currency: "RUPEES" }, false],
    [100, false],
    [null, false],
  ])("takes %j for an amount: %j", (order_amount, readable) => {
    const { fields } = wordOf(translateOrder(order({ order_amount })), "order");
    expect("amount" in fields).toBe(readable);
    expect(fields.status).toBe("PROCESSED");
  });

  it("reads times without seconds and with three, six or nine digits into one form", () => {
    const { fields } = wordOf(
      translateOrder(
        order({
          created_at: "2026-02-20T10:15Z",
          updated_at: "2026-02-20T15:45:09.123456789+05:30",
        }),
      ),
      "order",
    );
    expect(fields.created_at).toBe("2026-02-20T10:15:00.000Z");
    expect(fields.updated_at).toBe("2026-02-20T10:15:09.123Z");
  });

  it("passes over a payment without a valid id and keeps the others", () => {
    const payments = [null, 1, {}, { id: "" }, { id: "has space" }, { id: 7 }, { id: "p-1" }];
    const words = translateOrder(order({ payments })).words.filter((w) => w.kind === "payment");
    expect(words.map(({ id }) => id)).toEqual(["p-1"]);
  });

  it("takes a list of captures whole or not at all", () => {
    const good = { capture_amount: { value: 5, currency: "INR" } };
    const capturesOf = (capture_data: JsonObject[string]) =>
      wordOf(translateOrder(order({ payments: [{ id: "p-1", capture_data }] })), "payment").fields
        .captures;
    expect(capturesOf([good, good])).toHaveLength(2);
    expect(capturesOf([good, { capture_amount: { value: "5" } }])).toBeUndefined();
    expect(capturesOf([])).toBeUndefined();
    expect(capturesOf("none")).toBeUndefined();
  });

  it("shows no more than four digits of a card", () => {
    const card = (last4_digit: JsonObject[string]) => ({
      payments: [{ id: "p-1", payment_option: { card_data: { last4_digit } } }],
    });
    const last4Of = (value: JsonObject[string]) =>
      wordOf(translateOrder(order(card(value))), "payment").fields.last4;
    expect(last4Of("1091")).toBe("1091");
    expect(last4Of("4012001037141112")).toBeUndefined();
    expect(last4Of(1091)).toBeUndefined();
  });

  it.each([
    ["an order without an id", { order_id: undefined }],
    ["an id that would be an actor's name", { order_id: "unrouted:0" }],
    ["a link's id as the order's", { order_id: "pl-v1-1" }],
    ["a number as id", { order_id: 5 }],
  ])("says nothing about %s", (_, change) => {
    const { order_id: _id, ...rest } = order({ payments: [{ id: "p-1" }] });
    const body = change.order_id === undefined ? rest : { ...rest, ...change };
    expect(translateOrder(body)).toEqual({ words: [], orders_named: [] });
  });

  it("names an order of an unknown type and believes nothing else of it", () => {
    expect(translateOrder(order({ type: "CHARGEBACK" }))).toEqual({
      words: [],
      orders_named: [ORDER_ID],
    });
  });
});

describe("versions", () => {
  it("gives the order the newest time anywhere inside, and a payment its own", () => {
    const observation = translateOrder(
      order({
        updated_at: EARLY,
        payments: [
          { id: "p-1", created_at: EARLY, capture_data: [{ created_at: LATE }] },
          { id: "p-2" },
          { id: "p-3", created_at: EARLY, updated_at: "nonsense" },
        ],
      }),
    );
    const [early, late] = [at(EARLY), at(LATE)];
    expect(wordOf(observation, "order").version).toBe(versionOf(late, late));
    expect(wordOf(observation, "payment", "p-1").version).toBe(versionOf(early, late));
    expect(wordOf(observation, "payment", "p-2").version).toBe(versionOf(late, late));
    expect(wordOf(observation, "payment", "p-3").version).toBe(versionOf(early, late));
  });

  it("counts neither the merchant's own times nor the link's end", () => {
    const late = { created_at: LATE, updated_at: LATE };
    const said = translateOrder(
      order({ created_at: EARLY, purchase_details: { merchant_metadata: late } }),
    );
    expect(wordOf(said, "order").version).toBe(versionOf(at(EARLY), at(EARLY)));
    const link = translateLink({ payment_link_id: "pl-v1-1", created_at: EARLY, expire_by: LATE });
    expect(wordOf(link, "link").version).toBe(versionOf(at(EARLY), at(EARLY)));
  });

  it("dates nothing without a readable time", () => {
    const observation = translateOrder(
      order({ created_at: "", updated_at: "yesterday", payments: [{ id: "p-1" }] }),
    );
    expect(observation.words.map(({ version }) => version)).toEqual([null, null]);
  });

  it("gives a refund the same own time alone and inside its parent", () => {
    const alone = wordOf(orderOf("refund-response.json"), "refund");
    const parent = orderOf("webhook-refund-processed-parent-two-refunds.json");
    const inside = wordOf(parent, "refund", alone.id);
    expect(inside.version?.slice(0, 19)).toBe(alone.version?.slice(0, 19));
    expect((inside.version ?? "") >= (alone.version ?? "")).toBe(true);
    expect(inside.fields.status).toBe(alone.fields.status);
    expect(inside.fields.amount).toEqual(alone.fields.amount);
  });

  it("ends with the same facts whichever of two snapshots comes first", () => {
    const names = fixtureNames("webhook-time-");
    const observations = names.map(orderOf);
    const forwards = observations.reduce(join, NO_FACTS);
    const backwards = observations.toReversed().reduce(join, NO_FACTS);
    expect(backwards).toEqual(forwards);
    expect(forwards.order["v1-260220101500-aa-Vo9NiC"]?.dated.status?.value).toBe("PROCESSED");
  });
});

describe("a refund", () => {
  it("told as an order is a refund of its parent and no payment of it", () => {
    const observation = orderOf("webhook-refund-processed-points-mixed-case.json");
    expect(observation.words.map(({ kind }) => kind)).toEqual(["refund"]);
    expect(observation.orders_named).toEqual(["v1-260115094412-aa-Nx5KaQ"]);
    expect(observation).not.toHaveProperty("pre_auth");
    const { id, fields } = wordOf(observation, "refund");
    expect(id).toBe("v1-260115133020-aa-Ug4HyP");
    expect(fields).toMatchObject({
      parent_order_id: "v1-260115094412-aa-Nx5KaQ",
      status: "PROCESSED",
      reference: "kiln-refund-points-1",
      amount: { value: 20_000, currency: "INR" },
      payments: [
        {
          id: "v1-260115133020-aa-Ug4HyP-cc-C",
          parent_payment_id: "v1-260115094412-aa-Nx5KaQ-cc-T",
          status: "PROCESSED",
          acquirer_reference: "EXPT550177",
        },
        {
          id: "v1-260115133020-aa-Ug4HyP-pt-5",
          parent_payment_id: "v1-260115094412-aa-Nx5KaQ-pt-4",
          status: "PROCESSED",
        },
      ],
    });
    expect(fields).not.toHaveProperty("rrn");
  });

  it("listed by its parent comes with the order and its payments", () => {
    const observation = orderOf("webhook-refund-processed-netbanking-parent-order.json");
    expect(observation.words.map(({ kind }) => kind)).toEqual(["order", "payment", "refund"]);
    expect(wordOf(observation, "refund").fields.parent_order_id).toBe("v1-260203070533-aa-Gz4RmX");
  });

  it.each([
    ["refund-response-guide.json", "kiln-refund-7", "PROCESSED", 6400],
    ["refund-response-guide-pending.json", "kiln-refund-8", "PENDING", 1500],
  ])("answered by the guide's contract is undated (%s)", (name, reference, status, value) => {
    const observation = orderOf(name);
    expect(observation.orders_named).toEqual(["v1-260214060110-aa-Tk8UjC"]);
    expect(observation.words).toHaveLength(1);
    const { version, fields } = wordOf(observation, "refund");
    expect(version).toBeNull();
    expect(fields).toEqual({
      parent_order_id: "v1-260214060110-aa-Tk8UjC",
      reference,
      status,
      amount: { value, currency: "INR" },
    });
  });

  it("has the id in both contracts' answers", () => {
    const guide = wordOf(orderOf("refund-response-guide.json"), "refund").id;
    expect(wordOf(orderOf("refund-response.json"), "refund").id).toBe(guide);
  });

  it("takes the first reference number that is not empty", () => {
    const refund = {
      order_id: "v1-refund",
      type: "REFUND",
      parent_order_id: ORDER_ID,
      payments: [
        { id: "r-1", acquirer_data: { rrn: "" } },
        { id: "r-2", acquirer_data: { rrn: "420145000226" } },
      ],
    };
    expect(wordOf(translateOrder(refund), "refund").fields.rrn).toBe("420145000226");
  });

  it("is no refund when its id is its parent's", () => {
    const body = { order_id: ORDER_ID, refunds: [{ order_id: ORDER_ID, status: "PROCESSED" }] };
    expect(translateOrder(body)).toEqual({ words: [], orders_named: [ORDER_ID] });
  });
});

describe("a link", () => {
  it("tells every field in our words and names its order", () => {
    const observation = translateLink(read("link-created.json"));
    expect(observation.orders_named).toEqual(["v1-251220101733-aa-Rf8TzN"]);
    expect(observation.pre_auth).toBe(false);
    expect(wordOf(observation, "link").fields).toMatchObject({
      status: "CREATED",
      amount: { value: 25_900, currency: "INR" },
      amount_due: { value: 25_900, currency: "INR" },
      reference: "KILN-2026-0118",
      payment_link: "https://shortener.v2.pinepg.in/PLUTUS/kln7wq2",
      expire_by: "2026-02-02T18:29:00.000Z",
      merchant_metadata: { Shelf_No: "B4", Gift_Note: "none" },
      allowed_payment_methods: ["UPI"],
    });
  });

  it("says the same bare and wrapped in `data` beside another status", () => {
    const wrapped = read("link-wrapped.json");
    expect(wordOf(translateLink(wrapped), "link").fields.status).not.toBe("SUCCESS");
    expect(translateLink(wrapped)).toEqual(translateLink(asObject(wrapped.data)));
  });

  it.each([
    ["link-clicked.json", "CLICKED"],
    ["link-payment-initiated.json", "PAYMENT_INITIATED"],
    ["link-partial-processed.json", "PARTIAL_PROCESSED"],
    ["link-processed.json", "PROCESSED"],
    ["link-expired.json", "EXPIRED"],
    ["link-cancelled.json", "CANCELLED"],
  ])("%s is %s and dated", (name, status) => {
    const { version, fields } = wordOf(translateLink(read(name)), "link");
    expect(fields.status).toBe(status);
    expect(version).not.toBeNull();
  });

  it("keeps an unknown status as such", () => {
    const { fields } = wordOf(translateLink(read("link-unknown-status.json")), "link");
    expect(fields).not.toHaveProperty("status");
    expect(fields.unknown_status).toMatch(/^[A-Z_]+$/);
  });

  it("has an address to pay at only if it is one", () => {
    const address = (payment_link: string) =>
      wordOf(translateLink({ payment_link_id: "pl-v1-1", payment_link }), "link").fields
        .payment_link;
    expect(address("https://pay.example.com/x")).toBe("https://pay.example.com/x");
    expect(address("javascript:alert(1)")).toBeUndefined();
    expect(address("//pay.example.com")).toBeUndefined();
  });
});

describe("translation", () => {
  const names = fixtureNames("order-", "link-", "refund-response", "webhook-");

  it("never throws, and what it says can always be joined", () => {
    const anything = fc.oneof(mutated(names), fc.jsonValue());
    fc.assert(
      fc.property(anything, (value) => {
        const parsed = parseObject(JSON.stringify(value));
        if (!parsed.ok) return;
        for (const body of [parsed.value, asObject({ data: parsed.value.data ?? null })]) {
          const order = translateOrder(body);
          const link = translateLink(body);
          join(join(NO_FACTS, order), link);
          for (const word of [...order.words, ...link.words]) {
            expect(Object.values(word.fields)).not.toContain(undefined);
            expect(Object.values(word.fields)).not.toContain(null);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("loses nothing but the broken field", () => {
    const whole = orderOf("webhook-order-processed-card-purchase.json");
    const body = asObject(read("webhook-order-processed-card-purchase.json").data);
    const fields = ["order_amount", "purchase_details", "merchant_order_reference", "pre_auth"];
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.constantFrom(null, 7, "?", []), (field, value) => {
        const broken = translateOrder({ ...body, [field]: value });
        expect(wordOf(broken, "order").fields.status).toBe("PROCESSED");
        expect(wordOf(broken, "payment")).toEqual(wordOf(whole, "payment"));
      }),
    );
  });
});
