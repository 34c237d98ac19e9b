/** A wrong change of the code, kept as data: the tests of its folder have to notice it. */

export type Mutant = {
  /** The file that it changes. */
  file: string;
  /** Stands in the file exactly once, on one line or several; white space at the start of its lines counts. */
  find: string;
  replace: string;
  /** What is wrong then, as a sentence. */
  wrong: string;
  /** The test files that can notice it, by a part of their path. Default: those of its folder. */
  tests?: readonly string[];
  /** Why nobody can see this change. Such a mutant is listed, and not tried. */
  changesNothing?: string;
};

/** The mutants of one folder. */
export type MutatedFolder = {
  folder: string;
  /** The test files that cover the folder, by a part of their path; those that notice most come first. */
  tests: readonly string[];
  mutants: readonly Mutant[];
};

/**
 * Applies a mutant to the text of its file.
 * @throws {Error} if the text to replace is not there, or more than once: the mutant is out of date.
 */
export function mutated(text: string, { file, find, replace, wrong }: Mutant): string {
  const times = text.split(find).length - 1;
  if (times !== 1) {
    throw new Error(
      `${file} has ${times} times what the mutant "${wrong}" replaces. It must be there once:\n${find}`,
    );
  }
  return text.replace(find, () => replace);
}
