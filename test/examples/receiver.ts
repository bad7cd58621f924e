// One of the example receivers with books of its own, in whichever language: the shop enters an
// order, Chukta's notifications are handed in, and then the test reads what stands in the books.
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { findFreePort } from "../browser/chukta";
import { findNode, findPhp, findPython, type Program, startProgram } from "./programs";

export type Language = "node" | "python" | "php";

/** What the merchant's own books say of an order. */
export interface Entry {
  /** By the newest notification; null before the first. */
  readonly stage: string | null;
  readonly delivered: boolean;
  /** Whether Chukta was told of the delivery. */
  readonly reported: boolean;
  /** Whether the parcel was called back. */
  readonly stopped: boolean;
}

interface Form {
  readonly command: () => string;
  readonly args: (port: number) => readonly string[];
  readonly settings: Readonly<Record<string, string>>;
  readonly open: (books: string) => void;
  readonly enter: (books: string, reference: string, paisa: number) => void;
  readonly read: (books: string, reference: string) => Entry;
}

const folder = (language: Language) =>
  fileURLToPath(new URL(`../../examples/receivers/${language}/`, import.meta.url).href);

const FORMS: { readonly [language in Language]: Form } = {
  node: {
    command: findNode,
    args: () => [`${folder("node")}receiver.mjs`],
    settings: {},
    open: (books) => {
      mkdirSync(books);
      writeFileSync(join(books, "orders.json"), "{}");
    },
    enter: enterInFile,
    read: readJournal,
  },
  python: {
    command: findPython,
    args: () => ["-B", `${folder("python")}receiver.py`],
    settings: {},
    open: (books) => makeTables(books, `${folder("python")}receiver.py`),
    enter: enterInTable,
    read: readTables,
  },
  php: {
    command: findPhp,
    args: (port) => ["-S", `localhost:${port}`, `${folder("php")}receiver.php`],
    // So that two requests are really answered at once; one process answers one after the other.
    settings: { PHP_CLI_SERVER_WORKERS: "4" },
    open: (books) => makeTables(books, `${folder("php")}receiver.php`),
    enter: enterInTable,
    read: readTables,
  },
};

export class Receiver {
  readonly #form: Form;
  readonly #home: string;
  readonly #port: number;
  readonly #settings: Readonly<Record<string, string>>;
  #program: Program | null = null;
  #earlier = "";

  private constructor(
    form: Form,
    home: string,
    port: number,
    settings: Readonly<Record<string, string>>,
  ) {
    this.#form = form;
    this.#home = home;
    this.#port = port;
    this.#settings = settings;
  }

  /** `settings`: CHUKTA_URL, CHUKTA_KEY, NOTIFY_SECRET. */
  static async start(
    language: Language,
    settings: Readonly<Record<string, string>>,
  ): Promise<Receiver> {
    const home = mkdtempSync(join(tmpdir(), `chukta-${language}-`));
    const form = FORMS[language];
    const receiver = new Receiver(form, home, await findFreePort(), settings);
    form.open(receiver.#books);
    await receiver.start();
    return receiver;
  }

  async start(): Promise<void> {
    const settings = { ...this.#settings, ...this.#form.settings };
    this.#program = await startProgram(this.#form.command(), this.#form.args(this.#port), {
      cwd: this.#home,
      settings: { ...settings, PORT: `${this.#port}`, BOOKS: this.#books },
    });
  }

  /** Its journal ends in the middle of a line, as after a crash of the machine. Only of the one in Node. */
  tear(): void {
    appendFileSync(join(this.#books, "journal"), '\n{"id":"evt_');
  }

  /** Ends it without a warning; `start` begins again with the same books. */
  async crash(): Promise<void> {
    this.#earlier = this.log();
    await this.#program?.kill();
    this.#program = null;
  }

  async close(): Promise<void> {
    await this.crash();
    rmSync(this.#home, { recursive: true, force: true });
  }

  get origin(): string {
    return `http://localhost:${this.#port}`;
  }

  log(): string {
    return this.#earlier + (this.#program?.log() ?? "");
  }

  /** The shop takes an order. */
  enter(reference: string, paisa: number): void {
    this.#form.enter(this.#books, reference, paisa);
  }

  read(reference: string): Entry {
    return this.#form.read(this.#books, reference);
  }

  get #books(): string {
    return join(this.#home, "books");
  }
}

/** One line for each notification; what is said of a delivery grows line by line. */
interface Line {
  readonly reference: string;
  readonly seq?: number;
  readonly stage?: string;
  readonly delivery?: {
    readonly claim_id?: string;
    readonly reported?: boolean;
    readonly stopped?: boolean;
  };
}

function enterInFile(books: string, reference: string, paisa: number): void {
  const file = join(books, "orders.json");
  const orders = JSON.parse(readFileSync(file, "utf8")) as Readonly<Record<string, number>>;
  writeFileSync(file, JSON.stringify({ ...orders, [reference]: paisa }));
}

function readJournal(books: string, reference: string): Entry {
  const journal = join(books, "journal");
  const text = existsSync(journal) ? readFileSync(journal, "utf8") : "";
  const lines = text
    .split("\n")
    .filter((line) => line.endsWith("}"))
    .map((line) => JSON.parse(line) as Line)
    .filter((line) => line.reference === reference);
  const claims = lines.filter(({ delivery }) => delivery?.claim_id !== undefined);
  if (claims.length > 1) throw new Error(`${reference} was delivered ${claims.length} times.`);
  const newest = lines.toSorted((a, b) => (a.seq ?? 0) - (b.seq ?? 0)).at(-1);
  return {
    stage: newest?.stage ?? null,
    delivered: claims.length === 1,
    reported: lines.some(({ delivery }) => delivery?.reported === true),
    stopped: lines.some(({ delivery }) => delivery?.stopped === true),
  };
}

/** The tables as the program itself makes them. */
function makeTables(books: string, program: string): void {
  const [tables] =
    /CREATE TABLE[^"]*?;(?=\n(?:SQL;|"""))/.exec(readFileSync(program, "utf8")) ?? [];
  if (tables === undefined) throw new Error(`${program} makes no tables.`);
  withTables(books, (database) => database.exec(tables));
}

function enterInTable(books: string, reference: string, paisa: number): void {
  withTables(books, (database) =>
    database.prepare("INSERT INTO orders (reference, amount) VALUES (?, ?)").run(reference, paisa),
  );
}

function readTables(books: string, reference: string): Entry {
  return withTables(books, (database) => {
    const order = database.prepare("SELECT stage FROM orders WHERE reference = ?").get(reference);
    const delivery = database
      .prepare("SELECT reported, stopped FROM deliveries WHERE reference = ?")
      .get(reference);
    const stage = order?.["stage"];
    return {
      stage: typeof stage === "string" ? stage : null,
      delivered: delivery !== undefined,
      reported: delivery?.["reported"] === 1,
      stopped: delivery?.["stopped"] === 1,
    };
  });
}

function withTables<T>(books: string, use: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(books, { timeout: 10_000 });
  try {
    return use(database);
  } finally {
    database.close();
  }
}
