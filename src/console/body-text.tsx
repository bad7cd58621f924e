// What somebody sent, as text to be read: JSON on lines of its own, everything else as it came. Its exact
// bytes are another door's (a download): what is shown here may differ from them in white space and numbers.

import type { FC } from "hono/jsx";

/** `label`: what a screen reader calls the box, which a keyboard can scroll. */
export const BodyText: FC<{ readonly text: string; readonly label: string }> = ({
  text,
  label,
}) => (
  <pre dir="auto" tabindex={0} role="region" aria-label={label}>
    {text}
  </pre>
);

/** Indented when it is a JSON object or list, else as it is. */
export function readableJson(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // Not JSON after all: shown as it came.
    return text;
  }
}
