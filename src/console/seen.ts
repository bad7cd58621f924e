// What a person saw when they were asked, and what of it is another by the time they say yes. Two tabs, two
// operators, a customer who pays meanwhile: nobody confirms what they did not see. Pure but for the mark.

/** One thing that the decision rests on, in the words that stood on the page. */
export type Seen = readonly (readonly [label: string, shown: string])[];

export interface Change {
  readonly label: string;
  readonly was: string;
  readonly is: string;
}

const BETWEEN = " | ";

/** As a form carries it along: what was shown, in its order. */
export function writeSeen(seen: Seen): string {
  return seen.map(([, shown]) => shown.replaceAll("|", "/")).join(BETWEEN);
}

/** Empty: it is as it was seen. */
export function changesSince(written: string, now: Seen): readonly Change[] {
  if (written === writeSeen(now)) return [];
  const before = written.split(BETWEEN);
  return now.flatMap(([label, shown], at) => {
    const is = shown.replaceAll("|", "/");
    const was = before[at] ?? "not known";
    return was === is ? [] : [{ label, was, is }];
  });
}

/**
 * The mark of a confirmation that this session was led to by its own form. An address with another mark
 * shows the form: nobody can be sent a link to a button that moves money.
 */
export async function markOf(csrf: string, parts: readonly string[]): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify([csrf, ...parts]));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash.slice(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A reference that nobody can guess: 32 hexadecimal digits behind what it is for. */
export function mintReference(prefix: string): string {
  return `${prefix}-${crypto.randomUUID().replaceAll("-", "")}`;
}
