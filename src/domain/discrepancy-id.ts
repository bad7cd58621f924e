// The public name of one discrepancy: whose it is and which, in one word that fits an address. It can be
// taken apart again and is not a secret; only what this house writes is read.

export interface DiscrepancyName {
  /** An order's home, or a transfer's (`settlementHome`). */
  readonly home: string;
  /** Type and subject (`findingKey`). */
  readonly key: string;
}

export function formatDiscrepancyId({ home, key }: DiscrepancyName): string {
  const bytes = new TextEncoder().encode(JSON.stringify([home, key]));
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return `dis_${text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")}`;
}

export function parseDiscrepancyId(id: string): DiscrepancyName | null {
  const text = /^dis_([A-Za-z0-9_-]{1,2000})$/.exec(id)?.[1];
  if (text === undefined) return null;
  try {
    const bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const decoded = new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
    const [home, key] = listOf(JSON.parse(decoded));
    if (typeof home !== "string" || typeof key !== "string") return null;
    // One discrepancy has one name: what reads alike but is written otherwise is not ours.
    return formatDiscrepancyId({ home, key }) === id ? { home, key } : null;
  } catch {
    // Not base64, or no JSON inside.
    return null;
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
