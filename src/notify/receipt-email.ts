// The e-mail with a receipt: the words of the receipt's page, once as text and once as plain HTML without
// style, picture or script, with the page's address where this deployment has one. Decides nothing.

import type { Receipt, ReceiptLine } from "../domain/receipt";

export interface ReceiptEmail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface Issuer {
  readonly name: string | null;
  readonly gstin: string | null;
  readonly support_contact: string | null;
}

/** `page`: the address of the receipt's page; null where nobody can say under which address we are. */
export function composeReceiptEmail(
  receipt: Receipt,
  issuer: Issuer,
  page: string | null,
): ReceiptEmail {
  const letter: Letter = {
    receipt,
    issuer,
    facts: factsOf(receipt, issuer),
    parts: [
      { title: "Payments", lines: receipt.payments },
      ...(receipt.refunds.length === 0 ? [] : [{ title: "Refunds", lines: receipt.refunds }]),
    ],
    closing: [
      ...(issuer.support_contact === null ? [] : [`Questions? ${issuer.support_contact}`]),
      "This is not a tax invoice.",
    ],
    page,
  };
  return { subject: subjectOf(receipt, issuer), text: textOf(letter), html: htmlOf(letter) };
}

interface Letter {
  readonly receipt: Receipt;
  readonly issuer: Issuer;
  readonly facts: readonly (readonly [label: string, value: string])[];
  readonly parts: readonly { readonly title: string; readonly lines: readonly ReceiptLine[] }[];
  readonly closing: readonly string[];
  readonly page: string | null;
}

function subjectOf({ title, received }: Receipt, { name }: Issuer): string {
  const subject = name === null ? `${title}: ${received}` : `${title} from ${name}: ${received}`;
  // A line break in a name would begin another header.
  return subject.replaceAll(/\s+/g, " ");
}

function factsOf(receipt: Receipt, { gstin }: Issuer): Letter["facts"] {
  const facts: readonly (readonly [string, string | null])[] = [
    ["Amount received", receipt.received],
    ["In words", receipt.words],
    ["Still due", receipt.due],
    ["Refunded", receipt.returned],
    ["Reference", receipt.reference],
    ["Order", receipt.order_id],
    ["GSTIN", gstin],
  ];
  return facts.flatMap(([label, value]) => (value === null ? [] : [[label, value] as const]));
}

function textOf({ receipt, issuer, facts, parts, closing, page }: Letter): string {
  const blocks = [
    [...(issuer.name === null ? [] : [issuer.name]), receipt.title],
    receipt.description === null ? [] : [receipt.description],
    facts.map(([label, value]) => `${label}: ${value}`),
    ...parts.map(({ title, lines }) => [title, ...lines.map((line) => `  ${lineText(line)}`)]),
    page === null ? [] : [`To print it: ${page}`],
    closing,
  ];
  const filled = blocks.filter((lines) => lines.length > 0);
  return `${filled.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function lineText({ label, amount, note }: ReceiptLine): string {
  return `${label}: ${amountOf(amount)}${note === "" ? "" : ` (${note})`}`;
}

function htmlOf({ receipt, issuer, facts, parts, closing, page }: Letter): string {
  const title = escapeHtml(receipt.title);
  const body = [
    ...(issuer.name === null ? [] : [`<p>${escapeHtml(issuer.name)}</p>`]),
    `<h1>${title}</h1>`,
    ...(receipt.description === null ? [] : [`<p>${escapeHtml(receipt.description)}</p>`]),
    table(facts),
    ...parts.flatMap((part) => [
      `<h2>${escapeHtml(part.title)}</h2>`,
      table(part.lines.map((line) => [labelOf(line), amountOf(line.amount)])),
    ]),
    ...(page === null ? [] : [`<p><a href="${escapeHtml(page)}">The receipt as a page</a></p>`]),
    ...closing.map((line) => `<p>${escapeHtml(line)}</p>`),
  ];
  const head = `<meta charset="utf-8"><title>${title}</title>`;
  return `<!doctype html>\n<html lang="en"><head>${head}</head><body>\n${body.join("\n")}\n</body></html>\n`;
}

function table(rows: readonly (readonly [label: string, value: string])[]): string {
  const cells = rows.map(
    ([label, value]) =>
      `<tr><th align="left">${escapeHtml(label)}</th><td>${escapeHtml(value)}</td></tr>`,
  );
  return `<table cellpadding="4">\n${cells.join("\n")}\n</table>`;
}

function labelOf({ label, note }: ReceiptLine): string {
  return note === "" ? label : `${label} (${note})`;
}

function amountOf(amount: string | null): string {
  return amount ?? "amount not known";
}

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
