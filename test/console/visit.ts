// A person at the console, as its tests need one: signed in, with the cookie and the forms of the pages that
// were read. Whole responses from the real Worker; redirects are not followed.

import { expect } from "vitest";
import { knock, origin } from "../http/door";

export interface Shown {
  readonly status: number;
  readonly html: string;
  readonly location: string | null;
  readonly headers: Headers;
}

export class Visitor {
  cookie = "";
  csrf = "";

  async get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Shown> {
    return this.#take(await knock(path, { headers: { cookie: this.cookie, ...headers } }));
  }

  /** Sends a form with this session's token, as a browser on our own page does. */
  async post(path: string, fields: Readonly<Record<string, string>> = {}): Promise<Shown> {
    if (this.csrf === "" && this.cookie !== "") await this.get("/console");
    return this.send(path, new URLSearchParams({ csrf: this.csrf, ...fields }));
  }

  /** Sends these fields and nothing else. */
  async send(
    path: string,
    fields: URLSearchParams,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Shown> {
    const answered = await knock(path, {
      method: "POST",
      headers: {
        cookie: this.cookie,
        origin,
        "content-type": "application/x-www-form-urlencoded",
        ...headers,
      },
      body: fields.toString(),
    });
    return this.#take(answered);
  }

  async #take(response: Response): Promise<Shown> {
    const set = response.headers.get("set-cookie");
    if (set !== null) this.cookie = set.slice(0, set.indexOf(";"));
    const html = await response.text();
    this.csrf = /name="csrf" value="([^"]+)"/.exec(html)?.[1] ?? this.csrf;
    const { status, headers } = response;
    return { status, html, location: headers.get("location"), headers };
  }
}

/** The deployment's own administrator, by CONSOLE_PASSWORD. */
export async function signInAsAdministrator(): Promise<Visitor> {
  const visitor = new Visitor();
  const shown = await visitor.post("/console/sign-in", {
    name: "administrator",
    password: "test-console-password",
  });
  expect(shown).toMatchObject({ status: 303, location: "/console" });
  return visitor;
}

/** What a reader sees of a page: its text without markup, white space made one. */
export function textOf(html: string): string {
  return html
    .replaceAll(/<(script|style)[\s\S]*?<\/\1>/g, " ")
    .replaceAll(/<[^>]+>/g, " ")
    .replaceAll("&amp;", "&")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll(/\s+/g, " ")
    .trim();
}
