/** The imports of the tree, read from its text: Biome writes every import statement in one form. */
import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

/** `specifier` as it is written, such as `../json.ts` or `zod`. */
export type Import = { from: string; specifier: string };

const statement = /(?:^|\n)(?:import|export)\s(?:[^"';]*?\sfrom\s)?"([^"]+)"|\bimport\("([^"]+)"\)/g;

/** Every import of the TypeScript files under some folders, type imports included, and the files themselves. */
export function readImports(folders: readonly string[]): Import[] & { files: string[] } {
  const files = folders.flatMap((folder) => globSync(`${folder}/**/*.ts`)).sort();
  const imports = files.flatMap((from) =>
    [...readFileSync(from, "utf8").matchAll(statement)].map(([, fixed, late]) => ({
      from,
      specifier: fixed ?? late ?? "",
    })),
  );
  return Object.assign(imports, { files });
}

/** Every circle of imports, each once, as the files on it. */
export function findCircles(imports: readonly Import[]): string[][] {
  const targets = new Map<string, string[]>();
  for (const { from, specifier } of imports) {
    if (!specifier.startsWith(".")) continue;
    targets.set(from, [...(targets.get(from) ?? []), normalize(join(dirname(from), specifier))]);
  }
  const circles: string[][] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]) => {
    const start = path.indexOf(file);
    if (start !== -1) circles.push([...path.slice(start), file]);
    if (start !== -1 || done.has(file)) return;
    for (const target of targets.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of targets.keys()) visit(file, []);
  return circles;
}
