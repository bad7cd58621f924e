// Requests that our own console makes in the name of a person who is signed in. It asks the API as anybody
// else does, only without a key: who asks is tied to the request object itself, which nobody outside can
// hold. Set by the console, read by `requires` (auth.ts).

import type { Principal } from "./doors";

export interface Vouched {
  readonly principal: Principal;
  /** What its requests count towards: never a key's rate. */
  readonly rate: string;
}

const vouched = new WeakMap<Request, Vouched>();

export function vouchFor(request: Request, by: Vouched): Request {
  vouched.set(request, by);
  return request;
}

export function vouchedFor(request: Request): Vouched | null {
  return vouched.get(request) ?? null;
}
