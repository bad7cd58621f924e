// Bars by day as SVG that the server draws: nothing is loaded for them, and they answer one question each. A
// chart stretches with its page, so the words around it are text of the page and no part of the drawing.
// What a colour says, a place or a pattern says too; and every chart stands beside a table of its numbers.

import type { FC } from "hono/jsx";
import { shortAmount } from "../domain/money-format";
import { shownDayOfMonth } from "../domain/shown-time";

/** One part of a day's bar; of several the first stands at the bottom. */
export type Fill = "first" | "second" | "third" | "striped" | "hollow";

export interface Bar {
  /** "2026-11-03". */
  readonly day: string;
  /** What a pointer is told: "3 Nov: ₹1,500.00". */
  readonly title: string;
  /** In paisa; below 0 nothing is drawn. */
  readonly parts: readonly { readonly value: number; readonly fill: Fill }[];
}

/** Of the drawing; its height is that of the style sheet, so that lines and patterns keep their form. */
const HEIGHT = 120;
const STEP = 10;
const GAP = 2;

/** The top of the scale, in paisa: 1, 2 or 5 with zeros, and never less than a rupee. */
export function scaleTop(most: number): number {
  const least = Math.max(most, 100);
  const zeros = 10 ** Math.floor(Math.log10(least));
  const [top = 10] = [1, 2, 5, 10].filter((step) => step * zeros >= least);
  return top * zeros;
}

/** The largest bar of these, all its parts together. */
export function mostOf(bars: readonly Bar[]): number {
  return Math.max(0, ...bars.map(({ parts }) => parts.reduce((all, part) => all + drawn(part), 0)));
}

export const BarChart: FC<{
  /** Of the page: one chart, one id. */
  readonly id: string;
  /** What it shows, in a sentence for who can not see it. */
  readonly title: string;
  readonly description: string;
  readonly bars: readonly Bar[];
  /** Several charts beneath each other have the same. */
  readonly top: number;
}> = ({ id, title, description, bars, top }) => (
  <div class="chart">
    <div class="chart-scale" aria-hidden="true">
      <span>{shortAmount(top)}</span>
      <span>{shortAmount(top / 2)}</span>
      <span>₹0</span>
    </div>
    <svg
      role="img"
      aria-labelledby={`${id}-title ${id}-words`}
      viewBox={`0 0 ${bars.length * STEP} ${HEIGHT}`}
      preserveAspectRatio="none"
    >
      <title id={`${id}-title`}>{title}</title>
      <desc id={`${id}-words`}>{description}</desc>
      <defs>
        <pattern id={`${id}-stripes`} width="4" height="6" patternUnits="userSpaceOnUse">
          <rect class="stripe" width="4" height="3" />
        </pattern>
      </defs>
      {[0, HEIGHT / 2, HEIGHT].map((y) => (
        <line class="grid" x1="0" x2={bars.length * STEP} y1={y} y2={y} />
      ))}
      {bars.map((bar, index) => (
        <g>
          <title>{bar.title}</title>
          <rect class="hit" x={index * STEP} y="0" width={STEP} height={HEIGHT} fill-opacity="0" />
          {stacked(bar, top).map(({ fill, y, height }) => (
            <rect
              class={`bar ${fill}`}
              x={index * STEP + GAP / 2}
              y={y}
              width={STEP - GAP}
              height={height}
              fill={fill === "striped" ? `url(#${id}-stripes)` : undefined}
            />
          ))}
        </g>
      ))}
    </svg>
    <div class="chart-days" aria-hidden="true">
      {ends(bars).map((day) => (
        <span>{shownDayOfMonth(day)}</span>
      ))}
    </div>
  </div>
);

/** The parts from the bottom up; what there is, is seen: nothing is thinner than a line. */
function stacked({ parts }: Bar, top: number) {
  let y = HEIGHT;
  return parts.flatMap((part) => {
    const value = drawn(part);
    if (value === 0) return [];
    const height = Math.max(1, Math.round((value / top) * HEIGHT * 10) / 10);
    y = Math.max(0, Math.round((y - height) * 10) / 10);
    return [{ fill: part.fill, y, height }];
  });
}

function drawn({ value }: { readonly value: number }): number {
  return Math.max(0, value);
}

/** The first, the middle and the last day. */
function ends(bars: readonly Bar[]): readonly string[] {
  const places = [0, Math.floor((bars.length - 1) / 2), bars.length - 1];
  return [...new Set(places)].flatMap((place) => bars[place]?.day ?? []);
}

/** A drawing of how a part is filled, for the words beside the chart. */
export const Swatch: FC<{ readonly id: string; readonly fill: Fill }> = ({ id, fill }) => (
  <svg class="swatch" viewBox="0 0 16 16" aria-hidden="true">
    <rect
      class={`bar ${fill}`}
      x="1"
      y="1"
      width="14"
      height="14"
      fill={fill === "striped" ? `url(#${id}-stripes)` : undefined}
    />
  </svg>
);
