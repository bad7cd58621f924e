// D1 with a tally of the rows that its statements read and wrote, as D1 bills them.

export interface Tally {
  rows_read: number;
  rows_written: number;
  statements: number;
}

export function counting(db: D1Database): { readonly db: D1Database; readonly tally: Tally } {
  const tally: Tally = { rows_read: 0, rows_written: 0, statements: 0 };
  const add = <T>(result: D1Result<T>): D1Result<T> => {
    tally.rows_read += result.meta.rows_read;
    tally.rows_written += result.meta.rows_written;
    tally.statements += 1;
    return result;
  };
  const statement = (real: D1PreparedStatement): D1PreparedStatement =>
    wrap(real, {
      bind: (...values: unknown[]) => statement(real.bind(...values)),
      all: async () => add(await real.all()),
      run: async () => add(await real.run()),
      // The platform's own answers without figures.
      first: async (column?: string) => {
        const [row] = add(await real.all()).results;
        return row === undefined ? null : column === undefined ? row : row[column];
      },
    });
  const counted = wrap(db, {
    prepare: (sql: string) => statement(db.prepare(sql)),
    batch: async (statements: D1PreparedStatement[]) =>
      (await db.batch(statements.map((one) => originals.get(one) ?? one))).map(add),
  });
  return { db: counted, tally };
}

/** D1's batch takes its own statements only. */
const originals = new WeakMap<object, D1PreparedStatement>();

function wrap<T extends object>(target: T, own: { readonly [method: string]: unknown }): T {
  const proxy = new Proxy(target, {
    get(real, key) {
      if (typeof key === "string" && Object.hasOwn(own, key)) return own[key];
      const value: unknown = Reflect.get(real, key);
      // Unbound, a method of the platform answers "Illegal invocation".
      return isMethod(value) ? value.bind(real) : value;
    },
  });
  originals.set(proxy, target as unknown as D1PreparedStatement);
  return proxy;
}

function isMethod(value: unknown): value is (...args: unknown[]) => unknown {
  return typeof value === "function";
}
