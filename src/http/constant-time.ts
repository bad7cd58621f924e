// Comparing a secret that a stranger sent with one of ours. Both are hashed first, so that neither
// the place of the first difference nor the length shows in the time it takes.

export async function sameSecret(sent: string, ours: string): Promise<boolean> {
  const [a, b] = await Promise.all([digest(sent), digest(ours)]);
  return crypto.subtle.timingSafeEqual(a, b);
}

async function digest(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
}
