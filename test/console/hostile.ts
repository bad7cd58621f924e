// Strings that somebody outside may have put anywhere: what a page may make of them is text and nothing else. One
// order is full of one of them, in every field that comes from outside, by the gateway's own webhook; and a check
// for a page finds whatever of it became more than text.

import { expect } from "vitest";

const LONG = 10_000;

/** By what each tries. Elements and attributes that are ours are never called "evil". */
export const HOSTILE: readonly (readonly [name: string, text: string])[] = [
  ["an element", "<evil-element evil=1>boo</evil-element>"],
  ["a script", "<script evil>document.title='evil'</script>"],
  ["an image that fails", "<img src=x evil onerror=document.title='evil'>"],
  ["the end of an attribute", '" evil="1" onfocus="document.title=1" autofocus="'],
  ["the end of a quoted attribute", "' evil='1' onmouseover='document.title=1"],
  ["the end of its element", "</td></dd></pre></textarea></title><evil-element evil>"],
  ["a comment", "--><evil-element evil><!--"],
  ["an address with script", "javascript:document.title='evil'//"],
  ["an address with a page", "data:text/html,<script evil>document.title='evil'</script>"],
  ["an address elsewhere", "//evil.test/x?<evil-element>"],
  ["an entity", "&lt;evil-element evil&gt;&#60;evil-element evil&#62;&amp;"],
  ["a template", "{{constructor.constructor('return 1')()}}${7*7}<%= 7 %>#{7}"],
  ["a formula", '=HYPERLINK("https://evil.test","click")'],
  ["a formula with a sign", "+cmd|'/c calc'!A1"],
  ["a query", "'; DROP TABLE orders; -- \" OR 1=1"],
  ["a path", "../../../../etc/passwd%00%2e%2e%2f?x#y"],
  ["lines", "one\r\ntwo\nthree\u2028four\u2029five\u0085six\ttab"],
  ["control characters", "bell\u0007 back\u0008 escape\u001b[31m null\u0000 end"],
  ["right to left", "\u202eevil\u202c \u2067مرحبا بالعالم\u2069 \u200f שלום"],
  ["invisible marks", "in\u200bvis\u200dib\u2060le\ufeff\u00ad\u034f"],
  ["combining marks", `Z${"\u0351\u0319\u035a\u0306".repeat(60)}algo`],
  ["emoji", "👩‍👩‍👧‍👦🏴‍☠️🇮🇳👍🏽"],
  ["half of a character", "a\ud800b\udc00c"],
  ["a word for nothing", "null"],
  ["another word for nothing", "undefined"],
  ["no number", "NaN"],
  ["what objects inherit", "__proto__"],
  ["a long word", "W".repeat(LONG)],
  ["long markup", "<evil-element evil>".repeat(LONG / 20)],
  ["spaces", " \u00a0\u3000 "],
];

export interface HostileOrder {
  readonly order_id: string;
  readonly webhook_id: string;
  /** The webhook's body. */
  readonly body: object;
}

/** `n` makes it an order of its own. Amounts, times and ids are the gateway's; all else is the text. */
export function hostileOrder(text: string, n: number, at: string): HostileOrder {
  const order_id = `v1-310115060000-aa-Evil${n}`;
  const money = { value: 50_000, currency: "INR" };
  const payment = {
    id: `${order_id}-cc-1`,
    merchant_payment_reference: text,
    status: "PROCESSED",
    payment_amount: money,
    payment_method: text,
    payment_option: { card_data: { network_name: text, last4_digit: "4242" } },
    acquirer_data: {
      approval_code: text,
      acquirer_reference: text,
      rrn: text,
      is_aggregator: true,
    },
    created_at: at,
    updated_at: at,
  };
  const failed = {
    ...payment,
    id: `${order_id}-cc-2`,
    status: "FAILED",
    error_detail: { code: text, message: text },
  };
  const body = {
    event_type: "ORDER_PROCESSED",
    data: {
      order_id,
      merchant_order_reference: text,
      type: "CHARGE",
      status: "PROCESSED",
      order_amount: money,
      pre_auth: false,
      purchase_details: {
        customer: {
          email_id: text,
          first_name: text,
          last_name: text,
          customer_id: text,
          mobile_number: text,
          country_code: text,
          billing_address: { address1: text },
        },
        merchant_metadata: { [text.slice(0, 200)]: text, plain: text },
      },
      payments: [payment, failed],
      created_at: at,
      updated_at: at,
    },
  };
  return { order_id, webhook_id: `msg_evil_${n}`, body };
}

/** The link of that order, opened and paid: every text that the gateway hands back of what others wrote. */
export function hostileLink(text: string, n: number, at: string): HostileOrder {
  const order_id = `v1-310115060000-aa-Evil${n}`;
  const money = { value: 50_000, currency: "INR" };
  const body = {
    event_type: "payment_link.processed",
    data: {
      payment_link_id: linkOf(n),
      order_id,
      payment_link: text,
      status: "PROCESSED",
      amount: money,
      amount_due: { value: 0, currency: "INR" },
      merchant_payment_link_reference: text,
      description: text,
      customer: { email_id: text, first_name: text, mobile_number: text },
      merchant_metadata: { [text.slice(0, 200)]: text },
      allowed_payment_methods: [text],
      split_info: { split_type: text },
      created_at: at,
      updated_at: at,
    },
  };
  return { order_id, webhook_id: `msg_evil_link_${n}`, body };
}

export const linkOf = (n: number): string => `pl-v1-310115060000-aa-Evil${n}`;

/** An event whose name is the text, about no order. */
export function hostileEvent(text: string): object {
  return { event_type: text, data: { note: text } };
}

/** What in this page is more than text, as a browser's parser sees it; empty is right. */
export async function strangersIn(html: string): Promise<readonly string[]> {
  const found: string[] = [];
  const rewriter = new HTMLRewriter().on("*", {
    element(element) {
      const { tagName } = element;
      const name = tagName.toLowerCase();
      if (FOREIGN.has(name) || name.includes("evil")) found.push(`<${name}>`);
      for (const [attribute = "", value = ""] of element.attributes) {
        const key = attribute.toLowerCase();
        if (/^on|^style$|^srcdoc$|evil/.test(key)) found.push(`<${name} ${key}>`);
        if (ADDRESSES.has(key) && !OWN_ADDRESS.test(value)) found.push(`${key}="${value}"`);
      }
      if (name === "script" && element.getAttribute("src") !== "/console/console.js") {
        found.push("a script that is not ours");
      }
    },
  });
  rewriter.onDocument({
    comments(comment) {
      found.push(`<!--${comment.text}-->`);
    },
  });
  await rewriter.transform(new Response(html)).arrayBuffer();
  return found;
}

const FOREIGN = new Set(["iframe", "object", "embed", "img", "base", "style", "frame", "applet"]);
const ADDRESSES = new Set(["href", "src", "action", "formaction", "poster", "xlink:href", "ping"]);
/** Within the console, or a page of somebody else's that is named whole. */
const OWN_ADDRESS = /^(?:\/(?![/\\])|#|https?:\/\/[a-z0-9.-]+[:/]|mailto:|tel:)/;

export async function expectOnlyText(path: string, html: string): Promise<void> {
  expect([path, ...(await strangersIn(html))]).toEqual([path]);
}
