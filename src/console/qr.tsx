// The QR code of a payment link, as SVG made here: nothing is asked of another host, and nothing of the link is
// told to one. Always dark on light with its quiet zone, whatever the page's colours: phones read nothing else.

import type { FC } from "hono/jsx";
import { encodeQR } from "qr";

/** Squares of quiet around it, as the standard wants them. */
const BORDER = 4;

export interface Drawing {
  /** Squares on each side, the quiet ones too. */
  readonly size: number;
  readonly path: string;
}

/** A phone can hardly read more, and the standard ends soon after. UTF-8 bytes. */
const LONGEST = 1_000;

/** One path, a run of dark squares after the other, row by row. Null: it is too long for a code. */
export function drawQr(text: string): Drawing | null {
  if (new TextEncoder().encode(text).length > LONGEST) return null;
  const rows = encodeQR(text, "raw", { ecc: "medium", border: BORDER });
  const runs = rows.flatMap((row, y) =>
    row.flatMap((dark, x) => {
      if (!dark || row[x - 1] === true) return [];
      const end = row.indexOf(false, x);
      return [`M${x} ${y}h${(end === -1 ? row.length : end) - x}v1H${x}z`];
    }),
  );
  return { size: rows.length, path: runs.join("") };
}

export const Qr: FC<{ readonly text: string; readonly label: string }> = ({ text, label }) => {
  const drawn = drawQr(text);
  if (drawn === null) return null;
  const { size, path } = drawn;
  return (
    <svg
      class="qr"
      xmlns="http://www.w3.org/2000/svg"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shape-rendering="crispEdges"
    >
      <rect width={size} height={size} fill="#ffffff" />
      <path d={path} fill="#000000" />
    </svg>
  );
};
