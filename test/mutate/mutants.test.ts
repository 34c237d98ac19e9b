/** The wrong changes keep up with the code: `npm run mutate` tries them, and takes too long to be part of this suite. */
import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { mutated } from "./mutant.ts";
import { mutatedFolders } from "./mutants/index.ts";

const testFiles = globSync("test/**/*.test.ts").map((path) => path.replaceAll("\\", "/"));

describe.each(mutatedFolders)("of $folder, every wrong change", ({ tests, mutants }) => {
  test("still finds its place, and changes it", async () => {
    for (const mutant of mutants) {
      const text = await readFile(mutant.file, "utf8");
      expect(mutated(text, mutant), mutant.wrong).not.toBe(text);
    }
  });

  test("names tests that are there", () => {
    const named = [...tests, ...mutants.flatMap((mutant) => mutant.tests ?? [])];
    const missing = named.filter((part) => !testFiles.some((file) => file.includes(part)));
    expect(missing).toEqual([]);
  });
});
