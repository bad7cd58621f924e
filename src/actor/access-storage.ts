// What the keeper of keys has in its own SQLite: keys, the switch, audit lines on their way to D1, and
// what refunds count towards a key's day. Read and written here, nowhere else. Nothing is made before
// it is needed: the other roles of the deployment's actor have none of it.

import type { AccessKey } from "../domain/access-key";
import { type MoneySwitch, NEVER_STOPPED } from "../domain/money-switch";
import { type Paisa, paisa } from "../domain/money";
import type { Charge, ChargeName } from "../domain/permit";
import type { AuditRow } from "../ledger/audit";

/** Numbered steps, forward only; how many were made stands under "access_steps". */
const STEPS: readonly (readonly string[])[] = [
  [
    `CREATE TABLE charges (
       key_id TEXT NOT NULL, order_id TEXT NOT NULL, reference TEXT NOT NULL,
       day TEXT NOT NULL, amount INTEGER NOT NULL, attempt TEXT NOT NULL,
       PRIMARY KEY (key_id, order_id, reference)) WITHOUT ROWID`,
    "CREATE INDEX charges_of_day ON charges (day, key_id)",
  ],
];

interface ChargeRow {
  readonly [column: string]: SqlStorageValue;
  readonly day: string;
  readonly amount: number;
  readonly attempt: string;
}

export class AccessStorage {
  readonly #storage: DurableObjectStorage;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  transact<T>(work: () => T): T {
    return this.#storage.transactionSync(work);
  }

  findKey(id: string): AccessKey | null {
    return this.#storage.kv.get<AccessKey>(`key:${id}`) ?? null;
  }

  listKeys(): readonly AccessKey[] {
    return [...this.#storage.kv.list<AccessKey>({ prefix: "key:" })].map(([, key]) => key);
  }

  writeKey(key: AccessKey): void {
    this.#storage.kv.put(`key:${key.id}`, key);
  }

  readSwitch(): MoneySwitch {
    return this.#storage.kv.get<MoneySwitch>("money") ?? NEVER_STOPPED;
  }

  writeSwitch(state: MoneySwitch): void {
    this.#storage.kv.put("money", state);
  }

  /** Numbers the line; it is kept until D1 has it. */
  addAudit(line: Omit<AuditRow, "n">): void {
    const n = (this.#storage.kv.get<number>("audited") ?? 0) + 1;
    this.#storage.kv.put("audited", n);
    this.#storage.kv.put(auditKey(n), { ...line, n });
  }

  /** The oldest lines that D1 has not got yet. */
  waitingAudit(limit: number): readonly AuditRow[] {
    const lines = this.#storage.kv.list<AuditRow>({ prefix: "audit:", limit });
    return [...lines].map(([, line]) => line);
  }

  dropAudit(lines: readonly AuditRow[]): void {
    for (const { n } of lines) this.#storage.kv.delete(auditKey(n));
  }

  /** What the key's other refunds of this day add up to. */
  usedOn(day: string, { key_id, order_id, reference }: ChargeName): Paisa {
    this.#migrate();
    const query = `SELECT coalesce(sum(amount), 0) AS used FROM charges
      WHERE day = ?1 AND key_id = ?2 AND NOT (order_id = ?3 AND reference = ?4)`;
    const row = this.#storage.sql
      .exec<{ used: number }>(query, day, key_id, order_id, reference)
      .toArray()[0];
    return paisa(row?.used ?? 0);
  }

  findCharge({ key_id, order_id, reference }: ChargeName): ChargeRow | null {
    this.#migrate();
    const query = `SELECT day, amount, attempt FROM charges
      WHERE key_id = ?1 AND order_id = ?2 AND reference = ?3`;
    const found = this.#storage.sql.exec<ChargeRow>(query, key_id, order_id, reference);
    return found.toArray()[0] ?? null;
  }

  writeCharge(charge: Charge, day: string): void {
    const { key_id, order_id, reference, amount, attempt } = charge;
    this.#storage.sql.exec(
      "INSERT OR REPLACE INTO charges (key_id, order_id, reference, day, amount, attempt) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
      key_id,
      order_id,
      reference,
      day,
      amount.value,
      attempt,
    );
  }

  /** Only if this attempt was the last that was allowed. */
  dropCharge({ key_id, order_id, reference, attempt }: ChargeName): void {
    this.#migrate();
    this.#storage.sql.exec(
      "DELETE FROM charges WHERE key_id = ?1 AND order_id = ?2 AND reference = ?3 AND attempt = ?4",
      key_id,
      order_id,
      reference,
      attempt,
    );
  }

  /** What lies so far back counts towards no limit any more. */
  dropChargesBefore(day: string): void {
    this.#migrate();
    this.#storage.sql.exec("DELETE FROM charges WHERE day < ?1", day);
  }

  #migrate(): void {
    const done = this.#storage.kv.get<number>("access_steps") ?? 0;
    if (done === STEPS.length) return;
    for (const step of STEPS.slice(done)) {
      for (const statement of step) this.#storage.sql.exec(statement);
    }
    this.#storage.kv.put("access_steps", STEPS.length);
  }
}

/** Digits enough that the lines sort as they were numbered. */
function auditKey(n: number): string {
  return `audit:${String(n).padStart(12, "0")}`;
}
