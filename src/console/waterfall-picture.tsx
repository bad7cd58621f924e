// Draws a transfer's waterfall as SVG: positions in per cent and heights in rem, so that its words have the
// page's own size at every width and with every text size. The table beside it has the same numbers.

import type { FC } from "hono/jsx";
import { type Amount, inr } from "../domain/money";
import { formatAmount } from "../domain/money-format";
import { WATERFALL_WORDS } from "./settlement-words";
import type { Bar, Waterfall } from "./waterfall";

/** In rem: a line of words, the bar below it, and air. */
const ROW = 3.25;
const WORDS_AT = 1.1;
const BAR_AT = 1.5;
const BAR = 1.1;

export const WaterfallPicture: FC<{ readonly waterfall: Waterfall }> = ({ waterfall }) => {
  const { bars, zero } = waterfall;
  const height = bars.length * ROW;
  return (
    <svg
      class="waterfall"
      role="img"
      aria-labelledby="waterfall-title waterfall-desc"
      width="100%"
      height={`${height}rem`}
    >
      <title id="waterfall-title">From what was collected to what was paid to your bank</title>
      <desc id="waterfall-desc">{sentenceOf(bars)}</desc>
      {zero > 0 && <line class="axis" x1={`${zero}%`} x2={`${zero}%`} y1="0" y2={`${height}rem`} />}
      {bars.map((bar, n) => (
        <g class={bar.kind}>
          <text x="0" y={`${n * ROW + WORDS_AT}rem`}>
            {WATERFALL_WORDS[bar.name].short}
          </text>
          <text class="amount" x="100%" y={`${n * ROW + WORDS_AT}rem`} text-anchor="end">
            {changeOf(bar)}
          </text>
          <rect
            x={`${bar.left}%`}
            y={`${n * ROW + BAR_AT}rem`}
            width={`${bar.width}%`}
            height={`${BAR}rem`}
          />
          {n < bars.length - 1 && (
            <line
              class="thread"
              x1={`${bar.end}%`}
              x2={`${bar.end}%`}
              y1={`${n * ROW + BAR_AT + BAR}rem`}
              y2={`${(n + 1) * ROW + BAR_AT}rem`}
            />
          )}
        </g>
      ))}
    </svg>
  );
};

/** "₹100.00" of a total, "− ₹2.36" of what is kept back, "+ ₹1.00" of what comes beside. */
export function changeOf({ kind, from, to }: Bar): string {
  if (kind === "total") return formatAmount(inr(to));
  return `${kind === "less" ? "−" : "+"} ${formatAmount(distance(from, to))}`;
}

function distance(from: number, to: number): Amount {
  return inr(Math.abs(to - from));
}

function sentenceOf(bars: readonly Bar[]): string {
  return `${bars.map((bar) => `${WATERFALL_WORDS[bar.name].label}: ${changeOf(bar)}`).join("; ")}.`;
}
