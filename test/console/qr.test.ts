// The QR code that we draw, read back by the other half of the library, which is not deployed.

import { decodeQR } from "qr/decode.js";
import { expect, test } from "vitest";
import { drawQr } from "../../src/console/qr";

/** The path's runs as pixels, four of them to each square. */
function paint(text: string) {
  const scale = 4;
  const drawn = drawQr(text);
  if (drawn === null) throw new Error("no code was drawn");
  const { size, path } = drawn;
  const width = size * scale;
  const data = new Uint8ClampedArray(width * width * 4).fill(255);
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1H\d+z/g)) {
    for (let row = 0; row < scale; row += 1) {
      const from = (Number(y) * scale + row) * width + Number(x) * scale;
      for (let at = from; at < from + Number(length) * scale; at += 1)
        data.fill(0, at * 4, at * 4 + 3);
    }
  }
  return { width, height: width, data };
}

test.each([
  "https://pay.example/x",
  "http://localhost:8787/sandbox/checkout/pl-v1-261122233451-aa-KzxqWV",
  `https://pay.example/${"long".repeat(60)}?a=1&b=<>"`,
])("the code of %s is read as that", (address) => {
  expect(decodeQR(paint(address))).toBe(address);
});

test("what is too long for a phone's camera has none", () => {
  expect(drawQr("x".repeat(1_000))).not.toBeNull();
  expect(drawQr("x".repeat(1_001))).toBeNull();
});
