// A limit for work that may not keep to its own.

/** Rejects as soon as the signal is aborted, whatever the work makes of its own signal. */
export async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new Error("aborted"));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    const done = (): void => signal.removeEventListener("abort", abort);
    work.finally(done).then(resolve, reject);
  });
}
