// A page that is sent while its work goes on: what is above it at once, its lines as they come, and the end. No
// script; a browser shows what has arrived. What was begun goes on when nobody reads any more.

import type { ConsoleContext } from "./door";

/** Stands in the page where the lines belong. */
export const STREAM_HERE = "lines-come-here";

/** `whole`: a page of ours with one element of that id. `work` writes its lines in its place. */
export async function streamInto(
  c: ConsoleContext,
  whole: Response,
  work: (write: (html: string) => void) => Promise<void>,
): Promise<Response> {
  const [before = "", after = ""] = (await whole.text()).split(`<i id="${STREAM_HERE}"></i>`);
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const encoder = new TextEncoder();
  // Whoever left the page reads no more; that is no reason to stop what was begun.
  const write = (html: string): void => {
    writer.write(encoder.encode(html)).catch(() => undefined);
  };
  const run = async (): Promise<void> => {
    write(before);
    await work(write);
    write(after);
    await writer.close().catch(() => undefined);
  };
  const running = run().catch(async (error: unknown) => {
    await writer.abort(error).catch(() => undefined);
    throw error;
  });
  c.executionCtx.waitUntil(running);
  const headers = new Headers(whole.headers);
  // Compressed, it would be held back until there is enough of it.
  headers.set("content-encoding", "identity");
  return new Response(readable, { status: whole.status, headers });
}
