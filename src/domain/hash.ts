// A small hash for names: spreads them and tells them apart. Not for secrets: anybody can find two texts
// with the same one.

/** FNV-1a, 32 bits, unsigned; the same for one text always. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  return hash;
}
