// `npm run bench:console` and `npm run screenshots`, as far as they go without a server.
import { describe, expect, it } from "vitest";
import { comparisonText, readMeasurements } from "../../scripts/bench-console.mjs";
import { readScreenshotArguments } from "../../scripts/screenshots.mjs";

describe("what the pages cost", () => {
  const page = { path: "/console/orders", rows_read: 51, rows_shown: 50 };

  it("is read from among other lines", () => {
    const lines = ["200 GET /v1/orders", `bench ${JSON.stringify(page)}`, ""];
    expect(readMeasurements(lines.join("\n"))).toEqual([page]);
  });

  it("is compared, page by page", () => {
    const measured = [
      { orders: 100_000, ...page, ms: 15 },
      { orders: 1_000, ...page, ms: 10 },
      { orders: 1_000, seeded_ms: 3 },
    ];
    const [, line] = comparisonText(measured).split("\n");
    expect(line?.split(/\s+/)).toEqual([
      "/console/orders",
      "10.0",
      "51",
      "15.0",
      "51",
      "50",
      "1.50x",
    ]);
  });

  it("says nothing of a ratio without both sizes", () => {
    expect(comparisonText([{ orders: 1_000, ...page, ms: 10 }])).toMatch(/-$/);
  });
});

describe("the arguments of the pictures", () => {
  it("are a few orders and a folder that is not tracked", () => {
    const asked = readScreenshotArguments([]);
    expect(asked.orders).toBe("");
    expect(asked.folder).toMatch(/dist.screenshots$/);
    expect(readScreenshotArguments(["--orders", "1"]).orders).toBe("");
    expect(readScreenshotArguments(["--orders=200"]).orders).toBe("200");
  });

  it.each([["--orders=many"], ["--page"]])("refuse %s", (argument) => {
    expect(() => readScreenshotArguments([argument])).toThrow(/must be a number|What is/);
  });
});
