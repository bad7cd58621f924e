// The wire of the gateway's settlements, as far as the sandbox's tests look at it, and how they ask
// for it. A planted report may hold any JSON, so that no field of it is taken for granted.
import { ask, credentials, readOrder } from "./gateway";

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

function parseSettlements(status: number, text: string): SettlementWire {
  const body = JSON.parse(text) as SettlementWire["body"] & { code: string; utr: string };
  return { status, text, body, code: body.code, utr: body.utr };
}

/** Asks the gateway, with a token. */
export async function api(path: string): Promise<SettlementWire> {
  const { body } = await ask("POST", "/sandbox/api/auth/v1/token", credentials);
  const authorization = `Bearer ${body.access_token}`;
  const url = `/sandbox/api/settlements/v1${path}`;
  const { status, text } = await ask("GET", url, undefined, { authorization });
  return parseSettlements(status, text);
}

/** The rows of some weeks around now. */
export async function list(more = ""): Promise<SettlementWire> {
  const day = (ahead: number): string =>
    new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
  return api(`/list?start_date=${day(-20)}&end_date=${day(30)}${more}`);
}

export async function detail(utr: string, more = ""): Promise<SettlementWire> {
  return api(`/detail/${utr}${more}`);
}

/** Closes the books; throws `refused: CODE`. Answers the UTR. */
export async function settle(request: unknown = {}): Promise<string> {
  const { status, text } = await ask("POST", "/sandbox/settlements", request);
  const settlement = parseSettlements(status, text);
  if (status !== 200) throw new Error(`refused: ${settlement.code}`);
  return settlement.utr;
}

/** The id of an order's first payment. */
export async function paymentOf(order_id: string): Promise<string> {
  return (await readOrder(order_id)).payments[0]?.id ?? "";
}
