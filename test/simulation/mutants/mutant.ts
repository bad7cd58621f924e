// A known bug, as plain data: one small change of one file of src/ that a tired colleague, or another
// shop's plugin, might have made. `npm run simulate:mutants` plants them one at a time, and the
// simulation must catch every one.

export interface Mutant {
  readonly name: string;
  /** Which law of docs/design.md section 2 it breaks, or which other promise. */
  readonly breaks: string;
  /** What a programmer may have thought. */
  readonly thought: string;
  /** From the project's folder. */
  readonly file: string;
  /** Stands exactly once in that file. */
  readonly find: string;
  readonly replace: string;
}

/** The file's text with the bug in it. Throws where the bug has no place of its own any more. */
export function withMutant(mutant: Mutant, source: string): string {
  const parts = source.split(mutant.find);
  if (parts.length !== 2) {
    const times = parts.length - 1;
    throw new Error(`${mutant.name}: its text stands ${times} times in ${mutant.file}, not once`);
  }
  return parts.join(mutant.replace);
}
