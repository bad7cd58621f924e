// The secret half of a token: made of chance, compared in constant time.

/** 144 random bits as 24 characters of base64url. */
export function randomSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(18));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_");
}

/** In constant time for secrets of one length. */
export function sameSecretHalf(kept: string, given: string): boolean {
  const [ours, theirs] = [kept, given].map((text) => new TextEncoder().encode(text));
  if (!ours || !theirs || ours.length !== theirs.length) return false;
  return crypto.subtle.timingSafeEqual(ours, theirs);
}
