// Payment links through our API, on real actors with the sandbox as the gateway.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { atGateway, closeHouse, createLink, openHouse, pass, settle } from "../actor/house";
import { ask, turn } from "../sandbox/gateway";
import { call, expectProblem, faultsOf, knock } from "./door";

beforeEach(openHouse);
afterEach(closeHouse);

let counter = 0;

/** The body of a request that nothing is wrong with. */
function request(change: Record<string, unknown> = {}): Record<string, unknown> {
  counter += 1;
  return {
    amount: { value: 150_000, currency: "INR" },
    merchant_payment_link_reference: `http-${Date.now()}-${counter}`,
    customer: { email_id: "asha@example.com", mobile_number: "9000000001" },
    ...change,
  };
}

interface LinkBody {
  readonly payment_link_id: string;
  readonly merchant_payment_link_reference: string;
  readonly token: string;
  readonly stage: string;
  readonly status: string;
  readonly [member: string]: unknown;
}

async function post(body: unknown): Promise<LinkBody> {
  const response = await call("POST", "/v1/links", body);
  expect(response.status).toBe(201);
  return response.json();
}

/** What the gateway was last asked to create. */
async function sentToGateway(): Promise<Record<string, unknown>> {
  const { body } = await ask("GET", "/sandbox/requests");
  const requests = body.requests as readonly {
    readonly operation: string;
    readonly body: Record<string, unknown>;
  }[];
  return requests.findLast(({ operation }) => operation === "link.create")?.body ?? {};
}

describe("POST /v1/links", () => {
  test("creates the link and answers how to follow it", async () => {
    const body = request();
    const response = await call("POST", "/v1/links", body);
    expect(response.status).toBe(201);
    const link: LinkBody = await response.json();
    expect(link).toEqual({
      payment_link_id: expect.stringMatching(/^pl-/),
      merchant_payment_link_reference: body["merchant_payment_link_reference"],
      status: "CREATED",
      payment_link: expect.stringMatching(/^https?:/),
      amount: { value: 150_000, currency: "INR" },
      amount_due: { value: 150_000, currency: "INR" },
      expire_by: expect.any(String),
      created_at: expect.any(String),
      updated_at: expect.any(String),
      order_id: expect.stringMatching(/^v1-/),
      stage: "awaiting_payment",
      reminders: [],
      token: expect.stringMatching(/^[A-Za-z0-9_-]{24}\./),
      verdict_url: `http://localhost:8787/v1/verdicts/${link.token}`,
      receipt_url: expect.stringMatching(/^http:\/\/localhost:8787\/receipt\/[\w-]{24}\./),
    });
    expect(response.headers.get("location")).toBe(`/v1/links/${link.payment_link_id}`);
    const verdict = await knock(new URL(String(link["verdict_url"])).pathname);
    expect(await verdict.json()).toMatchObject({ verdict: "pending", fulfill: false });
  });

  test("the same request has the same answer, another body is 409 and names what differs", async () => {
    const body = request();
    const first = await post(body);
    expect(await post(body)).toEqual(first);
    const other = { ...body, amount: { value: 100_000, currency: "INR" }, description: "More" };
    const problem = await expectProblem(
      await call("POST", "/v1/links", other),
      409,
      "reference_reused",
    );
    expect(Object.keys(faultsOf(problem))).toEqual(["/amount", "/description"]);
  });

  test("passes every documented field on, in the gateway's own forms, with our callbacks", async () => {
    const address = {
      address1: "12 MG Road",
      address2: "2nd floor",
      address3: "near the park",
      city: "Pune",
      state: "MH",
      country: "IN",
      pincode: "411001",
      full_name: "Asha Rao",
      address_type: "HOME",
      address_category: "billing",
    };
    const inr = (value: number) => ({ value, currency: "INR" });
    const passed = {
      description: "Two kurtas",
      allowed_payment_methods: ["CARD", "POINTS"],
      part_payment: false,
      customer: {
        email_id: "asha@example.com",
        mobile_number: "9000000001",
        country_code: "91",
        first_name: "Asha",
        last_name: "Rao",
        customer_id: "c-1",
        merchant_customer_reference: "cust-1",
        gstin: "27AAPFU0939F1ZV",
        billing_address: address,
        shipping_address: address,
      },
      product_details: [
        {
          product_code: "k1",
          product_amount: inr(150_000),
          product_coupon_discount_amount: inr(0),
        },
      ],
      cart_coupon_discount_amount: inr(0),
      cart_details: { items: [{ product_code: "k1", product_amount: inr(150_000) }] },
      split_info: {
        split_type: "AMOUNT",
        split_details: [
          {
            split_merchant_id: "104359",
            merchant_settlement_reference: "s-1",
            amount: inr(150_000),
            on_hold: false,
          },
        ],
      },
      account_details: {
        bank_details: { account_number: "0012345", ifsc_code: "HDFC0000001", bank_name: "HDFC" },
      },
    };
    const link = await post(
      request({
        ...passed,
        expire_by: "2031-02-01T08:29Z",
        pre_auth: true,
        is_mcc_transaction: "false",
        merchant_metadata: { cart: "7" },
        callback_url: "https://shop.test/thanks",
        failure_callback_url: "http://localhost:3000/sorry",
        fulfill_on: "authorized",
      }),
    );
    const ours = `http://localhost:8787/callback/${link.token}`;
    expect(await sentToGateway()).toEqual({
      ...passed,
      amount: inr(150_000),
      merchant_payment_link_reference: link.merchant_payment_link_reference,
      expire_by: "2031-02-01T08:29:00Z",
      pre_auth: "true",
      is_mcc_transaction: "false",
      merchant_metadata: { cart: "7", chukta_reference: link.merchant_payment_link_reference },
      callback_url: ours,
      failure_callback_url: ours,
    });
  });

  test("fulfill_on decides what the verdict of held money is", async () => {
    const held = { pre_auth: true, allowed_payment_methods: ["CARD"] };
    const wanted = await post(request({ ...held, fulfill_on: "authorized" }));
    const usual = await post(request(held));
    for (const [link, fulfill] of [[wanted, true] as const, [usual, false] as const]) {
      await atGateway(link.payment_link_id, "authorize");
      pass(11_000);
      const verdict = await knock(`/v1/verdicts/${link.token}`);
      expect(await verdict.json()).toMatchObject({ verdict: "authorized", fulfill });
    }
  });

  test("pre_auth without a list offers only what can hold money", async () => {
    await post(request({ pre_auth: true }));
    expect(await sentToGateway()).toMatchObject({ allowed_payment_methods: ["CARD", "POINTS"] });
    await post(request({ pre_auth: false }));
    expect(await sentToGateway()).not.toHaveProperty("allowed_payment_methods");
  });

  test("auto_capture and its amount are ours, and part of the request", async () => {
    const wish = {
      ...request({ pre_auth: true }),
      auto_capture: "before_deadline",
      auto_capture_amount: { value: 100_000, currency: "INR" },
    };
    await post(wish);
    const sent = Object.keys(await sentToGateway());
    expect(sent.filter((field) => field.startsWith("auto_capture"))).toEqual([]);
    await post(wish);
    for (const [field, value] of [
      ["auto_capture", "off"],
      ["auto_capture_amount", { value: 100_001, currency: "INR" }],
    ] as const) {
      const other = await call("POST", "/v1/links", { ...wish, [field]: value });
      await expectProblem(other, 409, "reference_reused");
    }
  });

  const far = "2031-07-15T06:00:01Z";
  const customer = { email_id: "asha@example.com" };
  const pairs = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, "v"]));
  const invalid: readonly (readonly [string, Record<string, unknown>, readonly string[]])[] = [
    ["99 paisa", { amount: { value: 99, currency: "INR" } }, ["/amount/value"]],
    ["over ₹10 lakh", { amount: { value: 100_000_001, currency: "INR" } }, ["/amount/value"]],
    ["half a paisa", { amount: { value: 100.5, currency: "INR" } }, ["/amount/value"]],
    ["an amount in words", { amount: { value: "1500", currency: "INR" } }, ["/amount/value"]],
    ["dollars", { amount: { value: 1000, currency: "USD" } }, ["/amount/currency"]],
    ["no amount", { amount: undefined }, ["/amount"]],
    [
      "no reference",
      { merchant_payment_link_reference: undefined },
      ["/merchant_payment_link_reference"],
    ],
    [
      "a reference with a space",
      { merchant_payment_link_reference: "a b" },
      ["/merchant_payment_link_reference"],
    ],
    [
      "a reference too long",
      { merchant_payment_link_reference: "r".repeat(51) },
      ["/merchant_payment_link_reference"],
    ],
    ["no customer", { customer: undefined }, ["/customer"]],
    ["a customer who can not be reached", { customer: { first_name: "Asha" } }, ["/customer"]],
    ["an address that is no e-mail", { customer: { email_id: "asha" } }, ["/customer/email_id"]],
    [
      "an e-mail too long",
      { customer: { email_id: `${"a".repeat(45)}@x.test` } },
      ["/customer/email_id"],
    ],
    ["nine digits", { customer: { mobile_number: "123456789" } }, ["/customer/mobile_number"]],
    [
      "a number with a plus",
      { customer: { mobile_number: "+919000000001" } },
      ["/customer/mobile_number"],
    ],
    [
      "a name too long",
      { customer: { ...customer, first_name: "a".repeat(51) } },
      ["/customer/first_name"],
    ],
    [
      "a customer id too long",
      { customer: { ...customer, customer_id: "1".repeat(20) } },
      ["/customer/customer_id"],
    ],
    [
      "a wrong address",
      { customer: { ...customer, billing_address: { pincode: "123", address_type: "FARM" } } },
      ["/customer/billing_address/pincode", "/customer/billing_address/address_type"],
    ],
    ["an end in the past", { expire_by: "2031-01-15T05:59:59Z" }, ["/expire_by"]],
    ["an end too far ahead", { expire_by: far }, ["/expire_by"]],
    ["an end without a zone", { expire_by: "2031-02-01T08:29:00" }, ["/expire_by"]],
    [
      "an unknown method",
      { allowed_payment_methods: ["CARD", "CHEQUE"] },
      ["/allowed_payment_methods/1"],
    ],
    ["no method at all", { allowed_payment_methods: [] }, ["/allowed_payment_methods"]],
    [
      "methods that can not hold money",
      { pre_auth: true, allowed_payment_methods: ["CARD", "UPI", "NETBANKING"] },
      ["/allowed_payment_methods/1", "/allowed_payment_methods/2"],
    ],
    ["pre_auth in other words", { pre_auth: "yes" }, ["/pre_auth"]],
    ["auto_capture without pre_auth", { auto_capture: "off" }, ["/auto_capture"]],
    ["auto_capture in other words", { pre_auth: true, auto_capture: "on" }, ["/auto_capture"]],
    [
      "an amount to capture of money that is not held",
      { auto_capture_amount: { value: 100, currency: "INR" } },
      ["/auto_capture_amount"],
    ],
    [
      "more to capture than the link asks for",
      { pre_auth: true, auto_capture_amount: { value: 150_001, currency: "INR" } },
      ["/auto_capture_amount/value"],
    ],
    [
      "less to capture than the gateway takes",
      { pre_auth: true, auto_capture_amount: { value: 99, currency: "INR" } },
      ["/auto_capture_amount/value"],
    ],
    ["part_payment as a text", { part_payment: "true" }, ["/part_payment"]],
    ["a return page without TLS", { callback_url: "http://shop.test/" }, ["/callback_url"]],
    ["a return page that is a script", { callback_url: "javascript:alert(1)" }, ["/callback_url"]],
    ["a return page that is a path", { failure_callback_url: "/sorry" }, ["/failure_callback_url"]],
    [
      "a return page with a password",
      { callback_url: "https://a:b@shop.test/" },
      ["/callback_url"],
    ],
    [
      "ten pairs of metadata: one is ours",
      { merchant_metadata: pairs(10) },
      ["/merchant_metadata"],
    ],
    ["metadata too long", { merchant_metadata: { k: "v".repeat(257) } }, ["/merchant_metadata/k"]],
    ["metadata that is no text", { merchant_metadata: { k: 7 } }, ["/merchant_metadata/k"]],
    [
      "our own key",
      { merchant_metadata: { chukta_reference: "x" } },
      ["/merchant_metadata/chukta_reference"],
    ],
    ["an unknown field", { amout: 1 }, ["/amout"]],
    ["a field with a slash in its name", { "a/b~c": 1 }, ["/a~1b~0c"]],
    ["an unknown field inside", { customer: { ...customer, phone: "1" } }, ["/customer/phone"]],
    ["another moment to deliver", { fulfill_on: "created" }, ["/fulfill_on"]],
    ["null", { description: null }, ["/description"]],
  ];
  test.each(invalid)(
    "%s is 422 with a pointer, and the gateway is not asked",
    async (_, change, pointers) => {
      const response = await call("POST", "/v1/links", request(change));
      const problem = await expectProblem(response, 422, "body_invalid");
      expect(Object.keys(faultsOf(problem)).toSorted()).toEqual([...pointers].toSorted());
      expect(JSON.stringify(problem)).not.toMatch(/asha@|9000000001/);
      const { body } = await ask("GET", "/sandbox/requests");
      expect(body.counts["link.create"]).toBeUndefined();
    },
  );

  test("takes the limits themselves", async () => {
    const limits = [
      { amount: { value: 100, currency: "INR" } },
      { amount: { value: 100_000_000, currency: "INR" } },
      { merchant_metadata: pairs(9), expire_by: "2031-07-14T06:00:00Z" },
      { customer: { mobile_number: "1".repeat(20) } },
    ];
    for (const change of limits) {
      expect((await call("POST", "/v1/links", request(change))).status).toBe(201);
    }
  });

  test("the gateway's refusal is shown in its own words", async () => {
    await turn({ answers: [{ operation: "link.create", status: 422 }] });
    const response = await call("POST", "/v1/links", request());
    const problem = await expectProblem(response, 422, "gateway_refused");
    expect(problem).toMatchObject({ gateway_status: 422, gateway_code: expect.any(String) });
    expect(problem["gateway_request_id"]).toMatch(/./);
  });

  test("a gateway that is out of reach is 503, and the same request later makes one link", async () => {
    const body = request();
    await turn({ answers: [{ operation: "*", times: -1, status: 500 }] });
    const response = await call("POST", "/v1/links", body);
    await expectProblem(response, 503, "gateway_unavailable");
    expect(response.headers.get("retry-after")).toMatch(/^\d+$/);
    await turn({ answers: [] });
    await post(body);
    const books = await ask("GET", "/sandbox/books");
    expect((books.body as unknown as { links: unknown[] }).links).toHaveLength(1);
  });
});

describe("POST /v1/links/track", () => {
  test.each(["payment_link_id", "merchant_payment_link_reference"])(
    "takes a link over by its %s",
    async (key) => {
      const theirs = await signedInLink();
      const response = await call("POST", "/v1/links/track", { [key]: theirs[key] });
      expect(response.status).toBe(200);
      const link: LinkBody = await response.json();
      expect(link).toMatchObject({ payment_link_id: theirs["payment_link_id"], status: "CREATED" });
      expect((await knock(`/v1/verdicts/${link.token}`)).status).toBe(200);
    },
  );

  async function signedInLink(): Promise<Record<string, unknown>> {
    const { createLink } = await import("../sandbox/gateway");
    counter += 1;
    const link = await createLink({ merchant_payment_link_reference: `theirs-${counter}` });
    return link as unknown as Record<string, unknown>;
  }

  test("a link that the gateway does not know is 404", async () => {
    const byId = { payment_link_id: "pl-v1-310115060000-aa-NoBody" };
    await expectProblem(await call("POST", "/v1/links/track", byId), 404, "link_unknown");
    const byReference = { merchant_payment_link_reference: "nobody" };
    await expectProblem(await call("POST", "/v1/links/track", byReference), 404, "link_unknown");
  });

  test.each([
    ["nothing", {}],
    ["both", { payment_link_id: "pl-v1-x1", merchant_payment_link_reference: "r" }],
    ["an order's id", { payment_link_id: "v1-310115060000-aa-x" }],
    ["another actor's name", { merchant_payment_link_reference: "reference:x" }],
  ])("%s is 422", async (_, body) => {
    await expectProblem(await call("POST", "/v1/links/track", body), 422, "body_invalid");
  });
});

describe("one link", () => {
  test("is shown by its id and by its order's", async () => {
    const made = await createLink();
    for (const id of [made.link_id, made.order_id]) {
      const response = await call("GET", `/v1/links/${id}`);
      expect(await response.json()).toMatchObject({
        payment_link_id: made.link_id,
        token: made.token,
      });
    }
  });

  test.each(["GET /", "POST /refresh", "POST /cancel", "POST /notify", "POST /replace"])(
    "that nobody knows is 404 (%s)",
    async (route) => {
      const [method = "", rest = ""] = route.split(" ");
      for (const id of ["pl-v1-310115060000-aa-NoBody", "reference:x", "x"]) {
        const path = `/v1/links/${id}${rest === "/" ? "" : rest}`;
        await expectProblem(await call(method, path), 404, "link_unknown");
      }
    },
  );

  test("is asked for at once by refresh", async () => {
    const made = await createLink();
    await atGateway(made.link_id, "pay");
    const response = await call("POST", `/v1/links/${made.link_id}/refresh`);
    expect(await response.json()).toMatchObject({ status: "PROCESSED", stage: "paid" });
  });

  test("can be sent again and cancelled while it is active, and then no more", async () => {
    const made = await createLink();
    expect((await call("POST", `/v1/links/${made.link_id}/notify`)).status).toBe(200);
    const cancelled = await call("POST", `/v1/links/${made.link_id}/cancel`);
    expect(await cancelled.json()).toMatchObject({ status: "CANCELLED", stage: "cancelled" });
    const again = await call("POST", `/v1/links/${made.link_id}/notify`);
    const problem = await expectProblem(again, 409, "link_not_active");
    expect(problem).toMatchObject({ status_of_link: "CANCELLED" });
  });
});

describe("POST /v1/links/{id}/replace", () => {
  test("answers 201 with the new link and where it is, with a body or without one", async () => {
    const made = await createLink();
    const path = `/v1/links/${made.link_id}/replace`;
    const first = await call("POST", path, {});
    expect(first.status).toBe(201);
    const link: { payment_link_id: string; token: string } = await first.json();
    expect(first.headers.get("location")).toBe(`/v1/links/${link.payment_link_id}`);
    expect(link.token).toBe(made.token);
    const again = await call("POST", path);
    expect([again.status, await again.json()]).toEqual([201, link]);
  });

  test("names what its body has wrong", async () => {
    const made = await createLink();
    const body = { expire_by: "2020-01-01T00:00:00Z", amount: 5 };
    const answer = await call("POST", `/v1/links/${made.link_id}/replace`, body);
    const faults = faultsOf(await expectProblem(answer, 422, "body_invalid"));
    expect(Object.keys(faults)).toEqual(expect.arrayContaining(["/amount", "/expire_by"]));
  });

  test("says what the gateway says of a link that can still be paid", async () => {
    const made = await createLink({ part_payment: true });
    await atGateway(made.link_id, "pay", { amount: 50_000 });
    const answer = await call("POST", `/v1/links/${made.link_id}/replace`);
    const problem = await expectProblem(answer, 409, "link_still_payable");
    expect(problem).toMatchObject({ status_of_link: "PAYMENT_INITIATED" });
  });
});

describe("GET /v1/links", () => {
  interface List {
    readonly data: readonly LinkBody[];
    readonly next_cursor: string | null;
  }

  async function list(query: string): Promise<List> {
    const response = await call("GET", `/v1/links${query}`);
    expect(response.status).toBe(200);
    return response.json();
  }

  test("filters, pages, and shows no token", async () => {
    pass(86_400_000);
    const from = new Date(Date.now()).toISOString();
    const links = [];
    for (let count = 0; count < 3; count += 1) {
      pass(1_000);
      links.push(await createLink());
    }
    await atGateway(links[0]?.link_id ?? "", "pay");
    await call("POST", `/v1/links/${links[0]?.link_id}/refresh`);
    await settle(...links.flatMap(({ order_id, link_id }) => [order_id, link_id]));
    const since = `created_from=${encodeURIComponent(from)}`;
    const ids = async (query: string) =>
      (await list(`?${since}${query}`)).data.map(({ payment_link_id }) => payment_link_id);
    const [first, second, third] = links.map(({ link_id }) => link_id);
    expect(await ids("")).toEqual([third, second, first]);
    expect(await ids("&stage=paid")).toEqual([first]);
    expect(await ids("&status=CREATED")).toEqual([third, second]);
    expect(await ids(`&reference=${links[1]?.reference}`)).toEqual([second]);
    const page = await list(`?${since}&limit=2`);
    expect(page.data).toHaveLength(2);
    const rest = await list(`?${since}&limit=2&cursor=${page.next_cursor}`);
    expect(rest.data.map(({ payment_link_id }) => payment_link_id)).toEqual([first]);
    expect(rest.next_cursor).toBeNull();
    expect(page.data[0]).not.toHaveProperty("token");
  });

  test.each([
    ["?colour=red", "colour", "is not known"],
    ["?limit=0", "limit", "must be"],
    ["?limit=201", "limit", "must be"],
    ["?limit=ten", "limit", "must be"],
    ["?limit=10&limit=20", "limit", "once"],
    ["?stage=done", "stage", "must be one of"],
    ["?status=processed", "status", "must be a status"],
    ["?created_from=yesterday", "created_from", "must be a time"],
    ["?created_to=2031-01-01", "created_to", "must be a time"],
    ["?updated_after=1", "updated_after", "must be a time"],
    ["?cursor=%3Cscript%3E", "cursor", "cursor"],
    ["?cursor=abc", "cursor", "does not belong"],
    ["?sort=created_asc", "sort", "is not known"],
    ["?reference=", "reference", ""],
  ])("%s is 400 and names the parameter", async (query, parameter, detail) => {
    const problem = await expectProblem(
      await call("GET", `/v1/links${query}`),
      400,
      "query_invalid",
    );
    expect(Object.keys(faultsOf(problem))).toEqual([parameter]);
    expect(faultsOf(problem)[parameter]).toContain(detail);
    expect(problem.detail).toContain(parameter);
  });
});

test("a query parameter of a request that changes something is a 400 that names it", async () => {
  const answer = await call("POST", "/v1/links?dry_run=true", {});
  const problem = await expectProblem(answer, 400, "query_invalid");
  expect(problem.errors).toMatchObject([{ parameter: "dry_run" }]);
});
