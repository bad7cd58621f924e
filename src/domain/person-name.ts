// What a person may be called. A name stands in the audit and beside refunds for as long as the books are
// kept: it must not be mistaken for another's, whatever letters it is written in, nor turn the line around it.
// Pure.

export const LONGEST_NAME = 50;

/** Scripts of which a name may be written, one in one name. No Cyrillic or Greek: their letters pass for ours. */
const SCRIPTS = [
  "Latin",
  "Devanagari",
  "Bengali",
  "Gurmukhi",
  "Gujarati",
  "Oriya",
  "Tamil",
  "Telugu",
  "Kannada",
  "Malayalam",
] as const;

/**
 * At most three marks above or below one letter: more is no name, but a tower. A script's own vowel signs are
 * marks and never letters: with two ways to read each, saying no would take longer than the sun lasts.
 */
const FORMS = SCRIPTS.map((script) => {
  const letter = String.raw`(?:(?!\p{M})\p{Script=${script}}\p{M}{0,3}|[0-9])`;
  return new RegExp(String.raw`^${letter}(?:[ ._'-]?${letter})*$`, "u");
});

/** The name as it is kept; null: it can not be one. */
export function parsePersonName(text: string): string | null {
  if (text.length > LONGEST_NAME * 4) return null;
  const name = text.trim().normalize("NFC");
  if (name === "" || name.length > LONGEST_NAME) return null;
  // Wide, small and other dressed-up letters become plain ones by NFKC: a name is written in plain ones.
  if (name.normalize("NFKC") !== name) return null;
  if (!FORMS.some((form) => form.test(name.normalize("NFD")))) return null;
  // Of Latin only the letters that are one of ours with an accent: no "ı", no "ɑ".
  const letters = withoutMarks(name);
  return /\p{Script=Latin}/u.test(letters) && !/^[\u0020-\u007e]*$/.test(letters) ? null : name;
}

/**
 * Two names with the same skeleton look alike: case, accents, signs and white space aside, and with the
 * letters and digits that one takes for another made one (after Unicode's UTS 39).
 */
export function nameSkeleton(name: string): string {
  return withoutMarks(name)
    .toLowerCase()
    .replaceAll(/[ ._'-]/g, "")
    .replaceAll(/[i1|]/g, "l")
    .replaceAll("0", "o")
    .replaceAll("5", "s")
    .replaceAll("rn", "m")
    .replaceAll("vv", "w");
}

/** Accents are marks of Latin letters alone; in the scripts of India they are vowels. */
function withoutMarks(name: string): string {
  return name.normalize("NFKD").replaceAll(/([a-z])[\u0300-\u036f]+/gi, "$1");
}

/** Words that stand in timeline and audit for something else than a person. */
const TAKEN = ["administrator", "admin", "chukta", "gateway", "webhook", "inquiry", "automatic"];

export function looksAlike(name: string, other: string): boolean {
  return nameSkeleton(name) === nameSkeleton(other);
}

/** Whether the name stands for somebody else already; `others`: the names that are in use. */
export function isTakenName(name: string, others: readonly string[]): boolean {
  const skeleton = nameSkeleton(name);
  return [...TAKEN, ...others].some((other) => nameSkeleton(other) === skeleton);
}
