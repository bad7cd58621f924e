// The road between a program and Chukta, either way, on which things go wrong when a test says so: the
// other end is not reached, or it does its work and the answer is lost. All else passes unchanged.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { findFreePort } from "../browser/chukta";

export type Trouble = "unavailable" | "answer_lost";

const PASSED = /^(?:authorization|content-type|idempotency-key|webhook-.*)$/;

export class Road {
  /** Where who takes it thinks that the other end is. */
  readonly origin: string;
  readonly close: () => Promise<void>;
  /** What becomes of the next request, by its path. */
  trouble: (path: string) => Trouble | null = () => null;
  /** Where it leads, without a slash at the end; null: into the void, where all is well. */
  end: string | null;

  private constructor(origin: string, end: string | null, close: () => Promise<void>) {
    this.origin = origin;
    this.end = end;
    this.close = close;
  }

  static async open(end: string | null): Promise<Road> {
    const port = await findFreePort();
    const server = createServer((request, response) => {
      // Whoever asked may have been killed while it asked.
      road.#serve(request, response).catch(() => response.destroy());
    });
    const road = new Road(`http://localhost:${port}`, end, async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    });
    server.listen(port, "localhost");
    await once(server, "listening");
    return road;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "";
    const trouble = this.trouble(path);
    const body = await text(request);
    if (trouble === "unavailable") {
      response.writeHead(503).end("{}");
      return;
    }
    if (this.end === null) {
      response.end();
      return;
    }
    const headers = Object.entries(request.headers).filter(
      (header): header is [string, string] =>
        PASSED.test(header[0]) && typeof header[1] === "string",
    );
    const method = request.method ?? "GET";
    const answer = await fetch(`${this.end}${path}`, { method, headers, body });
    const said = await answer.text();
    if (trouble === "answer_lost") response.destroy();
    else response.writeHead(answer.status, { "content-type": "application/json" }).end(said);
  }
}
