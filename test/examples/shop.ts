// The example storefront with books of its own: started as its reader would, ended as a crash does.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sandboxDefaults } from "../../src/sandbox/settings";
import { findFreePort } from "../browser/chukta";
import { findNode, type Program, startProgram } from "./programs";

/** One line for each thing that happened to an order. */
interface Line {
  readonly reference: string;
  readonly claim_id?: string;
  readonly reported?: boolean;
}

/** What stands in the shop's books about one order. */
export interface Written {
  /** How many times it was delivered. */
  readonly deliveries: number;
  readonly reported: boolean;
}

export class Shop {
  readonly origin: string;
  readonly #port: number;
  readonly #home: string;
  readonly #chukta: string;
  #program: Program | null = null;

  private constructor(port: number, chukta: string) {
    this.#port = port;
    this.#chukta = chukta;
    this.#home = mkdtempSync(join(tmpdir(), "chukta-shop-"));
    this.origin = `http://localhost:${port}`;
  }

  static async open(chukta: string): Promise<Shop> {
    const shop = new Shop(await findFreePort(), chukta);
    await shop.start();
    return shop;
  }

  async start(): Promise<void> {
    const program = new URL("../../examples/storefront/storefront.mjs", import.meta.url).href;
    this.#program = await startProgram(findNode(), [fileURLToPath(program)], {
      cwd: this.#home,
      settings: {
        CHUKTA_URL: this.#chukta,
        CHUKTA_KEY: sandboxDefaults.api_key,
        PORT: `${this.#port}`,
        ORIGIN: this.origin,
        BOOKS: this.#books,
      },
    });
  }

  async crash(): Promise<void> {
    await this.#program?.kill();
  }

  async close(): Promise<void> {
    await this.crash();
    rmSync(this.#home, { recursive: true, force: true });
  }

  read(reference: string): Written {
    const text = existsSync(this.#books) ? readFileSync(this.#books, "utf8") : "";
    const lines = text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Line)
      .filter((line) => line.reference === reference);
    return {
      deliveries: lines.filter(({ claim_id }) => claim_id !== undefined).length,
      reported: lines.some(({ reported }) => reported === true),
    };
  }

  get #books(): string {
    return join(this.#home, "books");
  }
}
