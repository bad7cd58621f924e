// A text from outside in a list: its beginning, with more of it where one points at it. Whatever direction it
// is written in, it stays within itself. Never for ids or amounts.

import type { FC } from "hono/jsx";

const SHOWN = 48;
const POINTED_AT = 300;

export const Short: FC<{ readonly text: string }> = ({ text }) => {
  const whole = text.length <= SHOWN;
  return (
    <span dir="auto" title={whole ? undefined : shorten(text, POINTED_AT)}>
      {shorten(text, SHOWN)}
    </span>
  );
};

/** At most so many units of it, and never half of a character that has two. */
export function shorten(text: string, longest = 60): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
