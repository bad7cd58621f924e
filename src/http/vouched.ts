// Requests that our own console makes in the name of a person who is signed in. It asks the API as anybody
// else does, only without a key: who asks is tied to the request object itself, which nobody outside can
// hold. Set by the console, read by `requires` (auth.ts).

import type { Principal } from "./doors";

const principals = new WeakMap<Request, Principal>();

export function vouchFor(request: Request, principal: Principal): Request {
  principals.set(request, principal);
  return request;
}

export function vouchedFor(request: Request): Principal | null {
  return principals.get(request) ?? null;
}
