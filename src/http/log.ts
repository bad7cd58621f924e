// One JSON line per event worth a line. Callers name facts, never bodies, headers, addresses or
// anything a customer or a stranger typed (law 12); an exception's text is cleaned before it stands.

import { redact } from "../domain/redact";

export interface LogLine {
  readonly event: string;
  readonly [field: string]: string | number | boolean | null | undefined;
}

export function logError(line: LogLine): void {
  console.error(JSON.stringify(line));
}

/** A bug, whole: name, message and stack, with whatever looks private or secret blotted out. */
export function logBug(thrown: unknown, context: { readonly [field: string]: string }): void {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  logError({
    event: "internal_error",
    ...context,
    name: redact(error.name),
    message: redact(error.message),
    stack: redact(error.stack ?? ""),
  });
}
