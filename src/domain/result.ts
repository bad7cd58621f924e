// Expected failures are values. A Result is either a value or a failure from a closed union that is
// tagged by `code`; bugs throw. Nothing here knows about HTTP or the gateway.

export type Result<T, F extends { readonly code: string }> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: F };

export function success<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function failure<F extends { readonly code: string }>(
  failure: F,
): { readonly ok: false; readonly failure: F } {
  return { ok: false, failure };
}
