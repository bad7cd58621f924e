// The wire of the gateway's settlements, as far as the sandbox's tests look at it. A planted
// report may hold any JSON, so that no field of it is taken for granted.

export type Row = Readonly<Record<string, unknown>>;

export interface SettlementWire {
  readonly status: number;
  readonly text: string;
  readonly code: string;
  /** Of the sandbox's own answers. */
  readonly utr: string;
  readonly body: Row & {
    readonly data: readonly Row[];
    readonly transactions: readonly Row[];
  };
}

export function parseSettlements(status: number, text: string): SettlementWire {
  const body = JSON.parse(text) as SettlementWire["body"] & { code: string; utr: string };
  return { status, text, body, code: body.code, utr: body.utr };
}
