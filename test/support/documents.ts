/** The project's documents as the tests read them: their fenced blocks, links, and what they name. */
import { globSync, readFileSync } from "node:fs";

export type Block = {
  language: string;
  text: string;
  /** Why the tests do not run it, from the comment above it. */
  notRun: string | undefined;
  /** What stands under it as its output. */
  answer: string | undefined;
};

/** Documents whose commands are run by a test: each has its own, which runs every block without a mark. */
export const runDocuments = ["README.md", "docs/operating.md"];

const elsewhere = new Set(["node_modules", "data", "out", ".wrangler", ".git"]);

/** Every document of the project. */
export const documents = (): string[] =>
  globSync("**/*.md", { exclude: (name) => elsewhere.has(name) }).sort();

const fence = /(?:^ *<!-- not run by the tests: (.+?) -->\n)?^( *)```(\w*)\n(.*?)\n\2```$/gms;
const shells = new Set(["sh", "bash", "shell", "console", "zsh"]);

/** Every fenced block of a document, in order. */
export function blocksOf(document: string): Block[] {
  const found = [...readFileSync(document, "utf8").matchAll(fence)];
  return found.map(([, notRun, indent = "", language = "", text = ""], index) => {
    const [, , , next, answer] = found[index + 1] ?? [];
    const outdented = (lines: string) => lines.replaceAll(`\n${indent}`, "\n").trimStart();
    return { language, text: outdented(text), notRun, answer: next === "json" ? answer?.trim() : undefined };
  });
}

export const isShell = ({ language }: Block): boolean => shells.has(language);

/** The commands of a document that its test runs, from top to bottom. */
export const commandsOf = (document: string): Block[] =>
  blocksOf(document).filter((block) => isShell(block) && block.notRun === undefined);

/** Matches a printed answer: `…` stands for anything; times, ids and ports are another run's. */
export function answerPattern(answer: string): RegExp {
  const varying = /\d{4}-\d\d-\d\dT[\d:.]+Z|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|localhost:\d+|…/g;
  const literals = answer.split(varying).map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${literals.join(".*")}\\s*$`, "s");
}
