// What a key may do (design section 4): the closed set of scopes. Which route asks for which stands at
// the route; that a key never gives more than it has is access-key.ts.

export const SCOPES = [
  "read",
  "customer",
  "links",
  "refund",
  "capture",
  "fulfill",
  "settlements",
  "messages:raw",
  "admin",
] as const;

export type Scope = (typeof SCOPES)[number];

export function isScope(text: string): text is Scope {
  return SCOPES.some((scope) => scope === text);
}
