// One JSON line per event worth a line. Callers name facts, never bodies, headers, addresses or
// anything a customer or a stranger typed (law 12); an exception's text is cleaned before it stands.

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
    name: error.name,
    message: redact(error.message),
    stack: redact(error.stack ?? ""),
  });
}

const PRIVATE: readonly (readonly [RegExp, string])[] = [
  // E-mail addresses and virtual payment addresses look alike: name@host.
  [/[\w.+-]+@[\w-]+(?:\.[\w-]+)*/g, "[address]"],
  // A token: 24 characters, a dot or a tilde, a reference or an order.
  [/(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{24}[.~][A-Za-z0-9._-]{1,50}/g, "[token]"],
  [/\bBearer\s+\S+/gi, "Bearer [secret]"],
  [/\bv1[,=][A-Za-z0-9+/=]{20,}/g, "[signature]"],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, "[secret]"],
  // Telephone numbers, with or without a country code, but not the digits inside an id.
  [/(?<![\w-])\+?\d[\d -]{8,18}\d(?![\w-])/g, "[number]"],
];

export function redact(text: string): string {
  return PRIVATE.reduce((clean, [pattern, blot]) => clean.replaceAll(pattern, blot), text);
}
