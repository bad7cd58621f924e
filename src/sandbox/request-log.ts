/**
 * What the merchant asked of the gateway: counts per operation, and the last requests
 * with their headers, so that tests can assert on calls. `Authorization` and the
 * token request's secret are left out.
 */
import type { Operation } from "./knobs";

const kept = 500;
const schema = `
CREATE TABLE IF NOT EXISTS requests (
  seq INTEGER PRIMARY KEY, at TEXT NOT NULL, operation TEXT NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL,
  headers TEXT NOT NULL, body TEXT, status INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS counts (operation TEXT PRIMARY KEY, calls INTEGER NOT NULL) WITHOUT ROWID;
`;

interface Row extends Record<string, SqlStorageValue> {
  seq: number;
  at: string;
  operation: string;
  method: string;
  path: string;
  headers: string;
  body: string | null;
  status: number;
}

export class RequestLog {
  readonly #sql: SqlStorage;

  constructor(storage: DurableObjectStorage) {
    this.#sql = storage.sql;
    this.#sql.exec(schema);
  }

  append(operation: Operation, request: Request, body: string, status: number): void {
    const headers = Object.fromEntries(
      [...request.headers].filter(([name]) => name !== "authorization"),
    );
    const url = new URL(request.url);
    const [row] = this.#sql
      .exec<{ seq: number }>(
        `INSERT INTO requests (at, operation, method, path, headers, body, status)
         VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING seq`,
        new Date().toISOString(),
        operation,
        request.method,
        url.pathname + url.search,
        JSON.stringify(headers),
        operation === "token" || body === "" ? null : body,
        status,
      )
      .toArray();
    this.#sql.exec("DELETE FROM requests WHERE seq <= ?", (row?.seq ?? 0) - kept);
    this.#sql.exec(
      `INSERT INTO counts (operation, calls) VALUES (?, 1)
       ON CONFLICT (operation) DO UPDATE SET calls = calls + 1`,
      operation,
    );
  }

  /** `{ counts: { "order.get": 3 }, requests: [oldest … newest] }` */
  read(): { counts: Record<string, number>; requests: Record<string, unknown>[] } {
    const counts = this.#sql.exec<{ operation: string; calls: number }>("SELECT * FROM counts");
    const rows = this.#sql.exec<Row>("SELECT * FROM requests ORDER BY seq");
    return {
      counts: Object.fromEntries(counts.toArray().map((row) => [row.operation, row.calls])),
      requests: rows.toArray().map((row) => ({
        ...row,
        headers: JSON.parse(row.headers) as unknown,
        body: parseOrText(row.body),
      })),
    };
  }

  clear(): void {
    this.#sql.exec("DELETE FROM requests");
    this.#sql.exec("DELETE FROM counts");
  }
}

function parseOrText(body: string | null): unknown {
  if (body === null) return null;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
