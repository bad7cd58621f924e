// A text from outside in a list: its beginning, with more of it where one points at it. Whatever direction it
// is written in, it stays within itself. Never for ids or amounts.

import type { FC } from "hono/jsx";

const SHOWN = 48;
const POINTED_AT = 300;

export const Short: FC<{ readonly text: string }> = ({ text }) => {
  const whole = text.length <= SHOWN;
  return (
    <span dir="auto" title={whole ? undefined : beginning(text, POINTED_AT)}>
      {whole ? text : beginning(text, SHOWN)}
    </span>
  );
};

function beginning(text: string, length: number): string {
  if (text.length <= length) return text;
  // Not in the middle of a character of two units.
  return `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
