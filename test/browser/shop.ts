// The merchant's own shop, on another port of this machine: it gives its visitor a session in a
// cookie that no cross-site POST carries (SameSite=Lax), and remembers how he comes back.
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { findFreePort } from "./chukta";

/** One arrival at a page to which customers are sent back. */
export interface Arrival {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly session: string | null;
  readonly referer: string | null;
}

export class Shop {
  readonly origin: string;
  readonly #arrivals: Arrival[];
  readonly close: () => Promise<void>;

  constructor(origin: string, arrivals: Arrival[], close: () => Promise<void>) {
    this.origin = origin;
    this.#arrivals = arrivals;
    this.close = close;
  }

  /** Where a visitor gets his session and a link to pay. */
  cart(paymentLink: string): string {
    return `${this.origin}/cart?${new URLSearchParams({ pay: paymentLink }).toString()}`;
  }

  /** Who came back since the last time this was asked. */
  takeArrivals(): readonly Arrival[] {
    return this.#arrivals.splice(0);
  }
}

export const SESSION = "cart-of-asha";

export async function openShop(): Promise<Shop> {
  const port = await findFreePort();
  const origin = `http://localhost:${port}`;
  const arrivals: Arrival[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", origin);
    if (url.pathname === "/cart") {
      response.setHeader("set-cookie", `session=${SESSION}; Path=/; HttpOnly; SameSite=Lax`);
      response.end(show("Your cart", `<a href="${url.searchParams.get("pay")}">Pay now</a>`));
      return;
    }
    arrivals.push(arrivalOf(request, url));
    response.end(show("Welcome back", url.pathname));
  });
  server.listen(port, "localhost");
  await once(server, "listening");
  return new Shop(origin, arrivals, async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
}

function arrivalOf(request: IncomingMessage, url: URL): Arrival {
  return {
    method: request.method ?? "",
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    session: /(?:^|; )session=([^;]*)/.exec(request.headers.cookie ?? "")?.[1] ?? null,
    referer: request.headers.referer ?? null,
  };
}

function show(title: string, content: string): string {
  const head = `<title>${title}</title><link rel="icon" href="data:,">`;
  return `<!doctype html><html lang="en">${head}<h1>${title}</h1>${content}</html>`;
}
