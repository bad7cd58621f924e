// What every page of the console has at hand: the doors of the house, who is signed in, and the API as that
// person may use it. Set once per request (session.ts), read by the pages.

import type { Context } from "hono";
import type { Config } from "../config";
import type { Operator } from "../domain/people";
import type { Scope } from "../domain/scopes";
import type { Milliseconds } from "../domain/time";
import type { Doors } from "../http/doors";
import type { Api } from "./api";
import type { Form } from "./form";

/** Where and by whom a page is seen. Plain data: components take it from their context (here.ts). */
export interface Here {
  readonly operator: Operator;
  readonly scopes: ReadonlySet<Scope>;
  /** Stands in every form; only this session's pages have it. */
  readonly csrf: string;
  readonly now: Milliseconds;
  readonly zone: string;
  readonly environment: Config["environment"];
  readonly merchant: string | null;
  /** Path and query, for links that change one thing of it. */
  readonly address: string;
}

export type ConsoleDoor = {
  Bindings: Env;
  Variables: {
    doors: Doors;
    request_id: string;
    /** Whom Cloudflare Access names; null: it is not asked, or the request did not come through it. */
    identity: string | null;
    /** Of the session that asks: what its cookie holds. */
    secret: string;
    here: Here;
    api: Api;
    /** What the form of a POST holds; checked to be this session's. */
    form: Form;
  };
};

export type ConsoleContext = Context<ConsoleDoor>;
