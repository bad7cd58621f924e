// A person before the forms that move money: fills them in, confirms, presses twice. Works on what the pages
// hold, as a browser without script does.

import { expect } from "vitest";
import { SAID } from "../../src/console/sections";
import type { Shown, Visitor } from "./visit";

export type Fields = Readonly<Record<string, string>>;

/** The hidden fields of the form that is sent to this address. */
export function hiddenFields(html: string, action: string): Record<string, string> {
  const start = html.indexOf(`action="${action}"`);
  if (start === -1) throw new Error(`no form for ${action}: ${html}`);
  const form = html.slice(start, html.indexOf("</form>", start));
  return Object.fromEntries(
    [...form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(
      ([, name = "", value = ""]) => [name, unescaped(value)],
    ),
  );
}

function unescaped(text: string): string {
  return text
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

export interface Confirmation {
  /** Its own address: what Reload and Back ask for. */
  readonly address: string;
  readonly shown: Shown;
  /** Presses the button that does it. */
  press(): Promise<Shown>;
  readonly fields: Record<string, string>;
}

/** Fills the form in and comes to its question. */
export async function fillIn(
  visitor: Visitor,
  path: string,
  fields: Fields,
): Promise<Confirmation> {
  const form = await visitor.get(path);
  expect(form.status).toBe(200);
  const asked = await visitor.post(path, { ...hiddenFields(form.html, path), ...fields });
  expect(asked.status, asked.html).toBe(303);
  return openConfirmation(visitor, path, asked.location ?? "");
}

export async function openConfirmation(
  visitor: Visitor,
  path: string,
  address: string,
): Promise<Confirmation> {
  const shown = await visitor.get(address);
  expect(shown.status, shown.html).toBe(200);
  const fields = hiddenFields(shown.html, path);
  expect(fields).toMatchObject({ step: "confirm" });
  const press = async (): Promise<Shown> => {
    const pressed = await visitor.post(path, fields);
    const said = pressed.location === null ? null : /said=(\w+)/.exec(pressed.location);
    if (said?.[1] !== undefined) expect(SAID).toHaveProperty(said[1]);
    return pressed;
  };
  return { address, shown, fields, press };
}
