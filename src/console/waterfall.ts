// How a transfer's gross becomes its net: one bar after the other, each beginning where the one before it
// ended, the last one ending at the net to the paisa. Pure: amounts in, bars in amounts and in per cent of
// the picture's width out; waterfall-picture.tsx draws them.

import { type Paisa, subtract, ZERO } from "../domain/money";

/** The parts between gross and net, in the order in which they are shown. */
export const WATERFALL_PARTS = [
  "refunds",
  "fees",
  "taxes",
  "recoveries",
  "split",
  "beside",
  "unexplained",
] as const;

export type WaterfallPart = (typeof WATERFALL_PARTS)[number];

/** Positive: kept back. Null: nobody has said it, which counts as nothing. */
export type Kept = { readonly [part in Exclude<WaterfallPart, "unexplained">]: Paisa | null };

export interface Bar {
  readonly name: "gross" | WaterfallPart | "net";
  /** A total stands on nothing; `less` and `more` are what a part does to the sum. */
  readonly kind: "total" | "less" | "more";
  /** The level before and after it; of a total 0 and itself. */
  readonly from: Paisa;
  readonly to: Paisa;
  /** Per cent of the width. */
  readonly left: number;
  readonly width: number;
  /** Per cent: where the level after it is, from which the next bar goes on. */
  readonly end: number;
}

export interface Waterfall {
  readonly bars: readonly Bar[];
  /** Per cent: where 0 is. Everything is right of it unless a level is negative. */
  readonly zero: number;
  /** What the parts leave: shown as a bar of its own unless it is 0. */
  readonly unexplained: Paisa;
}

/** Per cent: what is there can be seen, however little it is. */
const THINNEST = 0.8;

/** Null where gross or net was not said: there is nothing to lead from one to the other. */
export function waterfallOf(gross: Paisa | null, net: Paisa | null, kept: Kept): Waterfall | null {
  if (gross === null || net === null) return null;
  const steps: { name: Bar["name"]; kind: Bar["kind"]; from: Paisa; to: Paisa }[] = [];
  steps.push({ name: "gross", kind: "total", from: ZERO, to: gross });
  let level = gross;
  const step = (name: WaterfallPart, value: Paisa): void => {
    if (value === ZERO) return;
    const to = subtract(level, value);
    steps.push({ name, kind: value > ZERO ? "less" : "more", from: level, to });
    level = to;
  };
  for (const name of WATERFALL_PARTS) {
    if (name !== "unexplained") step(name, kept[name] ?? ZERO);
  }
  const unexplained = subtract(level, net);
  step("unexplained", unexplained);
  steps.push({ name: "net", kind: "total", from: ZERO, to: net });
  const levels = steps.flatMap(({ from, to }) => [from, to]);
  const lowest = Math.min(0, ...levels);
  const span = Math.max(0, ...levels) - lowest;
  const place = (value: number): number => (span === 0 ? 0 : ((value - lowest) / span) * 100);
  return {
    bars: steps.map((one) => ({ ...one, ...spread(place(one.from), place(one.to)) })),
    zero: rounded(place(0)),
    unexplained,
  };
}

/** From one end to the other, never outside of the picture and never too thin to be seen. */
function spread(from: number, to: number): Pick<Bar, "left" | "width" | "end"> {
  const width = Math.max(Math.abs(to - from), from === to ? 0 : THINNEST);
  const left = Math.min(Math.min(from, to), 100 - width);
  return { left: rounded(left), width: rounded(width), end: rounded(to) };
}

function rounded(per_cent: number): number {
  return Math.round(per_cent * 1_000) / 1_000;
}
