// Texts that nobody of ours wrote, before they stand in a log (law 12): exceptions of the platform, of the
// gateway's answers and of storage may quote what a customer or a stranger typed.

const PRIVATE: readonly (readonly [RegExp, string])[] = [
  // E-mail addresses and virtual payment addresses look alike: name@host.
  [/[\w.+-]+@[\w-]+(?:\.[\w-]+)*/g, "[address]"],
  // A token: 24 characters, a dot or a tilde, a reference or an order.
  [/(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{24}[.~][A-Za-z0-9._-]{1,50}/g, "[token]"],
  [/\bchk_[a-z]+_[A-Za-z0-9_]+/g, "[secret]"],
  [/\bBearer\s+\S+/gi, "Bearer [secret]"],
  [/\bv1[,=][A-Za-z0-9+/=]{20,}/g, "[signature]"],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, "[secret]"],
  // Telephone numbers, with or without a country code, but not the digits inside an id.
  [/(?<![\w-])\+?\d[\d -]{8,18}\d(?![\w-])/g, "[number]"],
];

export function redact(text: string): string {
  return PRIVATE.reduce((clean, [pattern, blot]) => clean.replaceAll(pattern, blot), text);
}

/** An exception in one line for the log; its stack is for bugs at the doors. */
export function reasonOf(thrown: unknown): string {
  const isError = thrown instanceof Error;
  return isError ? `${redact(thrown.name)}: ${redact(thrown.message)}` : "not an error";
}
