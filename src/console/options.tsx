// The choices of a filter: all, each by its label, and one that an address names and no list has.

import type { FC } from "hono/jsx";

export const Options: FC<{
  readonly chosen: string | undefined;
  /** What no choice is called. */
  readonly any: string;
  readonly options: readonly (readonly [value: string, label: string])[];
}> = ({ chosen, any, options }) => {
  const isOther = (chosen ?? "") !== "" && !options.some(([value]) => value === chosen);
  return (
    <>
      <option value="">{any}</option>
      {options.map(([value, label]) => (
        <option value={value} selected={value === chosen}>
          {label}
        </option>
      ))}
      {isOther && (
        <option value={chosen} selected>
          {chosen}
        </option>
      )}
    </>
  );
};
