import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseEnv } from "node:util";
import { expect, test } from "vitest";
import { environment, parseConfig } from "../src/config.ts";
import { blocksOf, documents, isShell, runDocuments } from "./support/documents.ts";

const read = (path: string) => readFileSync(path, "utf8");
const manifest: { license: string; scripts: Record<string, string> } = JSON.parse(read("package.json"));
const variables = Object.keys(environment.shape).sort();

/** What a pattern's first group matches in each document, with the document. */
const mentions = (pattern: RegExp) =>
  documents().flatMap((document) =>
    [...read(document).matchAll(pattern)].map(([, found = ""]) => ({ document, found })),
  );

/** A heading's anchor, as GitHub makes it. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");
const anchorsOf = (document: string) =>
  [...read(document).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading));

test("every command of the documents is run by a test, or says why it is not", () => {
  const others = documents().filter((document) => !runDocuments.includes(document));
  const silent = others.flatMap((document) =>
    blocksOf(document)
      .filter((block) => isShell(block) && block.notRun === undefined)
      .map(({ text }) => `${document}: ${text}`),
  );
  expect(silent).toEqual([]);
});

test("every fenced block names its language, so that no command hides in one", () => {
  const blocks = documents().flatMap((document) =>
    blocksOf(document).map((block) => ({ document, ...block })),
  );
  expect(blocks.filter(({ language }) => language === "")).toEqual([]);
  const fences = documents().flatMap((document) => [...read(document).matchAll(/^ *```/gm)]);
  expect(fences).toHaveLength(2 * blocks.length);
});

test("every npm script that a document names exists", () => {
  const named = mentions(/npm run (?:-s )?([\w:-]+)/g);
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter(({ found }) => !Object.hasOwn(manifest.scripts, found))).toEqual([]);
});

test("every relative link of a document leads to a file, and to a heading where it names one", () => {
  const links = mentions(/\]\(((?!https?:)[^)\s]+)\)/g).map(({ document, found }) => {
    const [path = "", anchor] = found.split("#");
    return { document, found, target: path === "" ? document : join(dirname(document), path), anchor };
  });
  expect(links.length).toBeGreaterThan(10);
  const dead = links.filter(
    ({ target, anchor }) =>
      !existsSync(target) || (anchor !== undefined && !anchorsOf(target).includes(anchor)),
  );
  expect(dead).toEqual([]);
});

test("every path of the project that a document names exists", () => {
  const named = mentions(/`((?:src|db|dev|docs|scripts|test)\/[\w./-]*)`/g);
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(({ found }) => !existsSync(found))).toEqual([]);
});

test("the README fits on a page", () => {
  expect(read("README.md").split("\n").length).toBeLessThanOrEqual(160);
});

test("the README and .env.example name every variable of the configuration, and no other", () => {
  const [, section = ""] = read("README.md").split("\n## Configuration\n");
  const rows = [...section.matchAll(/^\| (`.+?) \|/gm)];
  const documented = rows.flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`([A-Z][A-Z0-9_]+)`/g)].map(([, name]) => name),
  );
  expect(documented.sort()).toEqual(variables);

  const { OPERATOR_APP_ID, OPERATOR_APP_SECRET, ...example } = parseEnv(read(".env.example"));
  expect([OPERATOR_APP_ID, OPERATOR_APP_SECRET]).toEqual(["", ""]);
  expect(Object.keys(example).sort()).toEqual(variables);
});

test("what .env.example fills in is what holds without it", () => {
  const example = parseEnv(read(".env.example"));
  const own = {
    LOGTO_ENDPOINT: example.LOGTO_ENDPOINT,
    API_RESOURCE: example.API_RESOURCE,
    PUBLIC_URL: example.PUBLIC_URL,
    LOGTO_M2M_APP_ID: "app",
    LOGTO_M2M_APP_SECRET: "secret",
    ENCRYPTION_KEYS: `k1:${Buffer.alloc(32).toString("base64")}`,
  };
  expect(parseConfig({ ...example, ...own })).toEqual(parseConfig(own));
});

test("the licence is the one of package.json", () => {
  expect(read("LICENSE").split("\n")[0]).toBe(`${manifest.license} License`);
});
