/** What was measured at one moment, as numbers by the lines of a scrape, and the text of a scrape. */
import * as z from "zod";
import { type Family, type FamilyName, families, familyNames } from "./families.ts";

/** For each family its lines: the name with the labels, and the value. Processes send this to each other. */
export type Snapshot = ReadonlyMap<FamilyName, ReadonlyMap<string, number>>;

/** As JSON. */
export type SentSnapshot = [FamilyName, [string, number][]][];

export const sentSnapshot = z.array(
  z.tuple([z.enum(familyNames), z.array(z.tuple([z.string(), z.number()]))]),
);

export const toSent = (snapshot: Snapshot): SentSnapshot =>
  [...snapshot].map(([name, lines]) => [name, [...lines]]);

export const fromSent = (sent: SentSnapshot): Snapshot =>
  new Map(sent.map(([name, lines]) => [name, new Map(lines)]));

/** Content type of {@link textOf}. */
export const textType = "text/plain; version=0.0.4; charset=utf-8";

/** The name of one line. @param values of the family's labels, then of `le` where there is one. */
export function lineOf({ name, labels }: Family, values: readonly string[], suffix = ""): string {
  const names = suffix === "_bucket" ? [...labels, "le"] : labels;
  if (names.length === 0) return `${name}${suffix}`;
  const pairs = names.map((label, index) => `${label}="${escaped(values[index] ?? "")}"`);
  return `${name}${suffix}{${pairs.join(",")}}`;
}

const escaped = (value: string) =>
  value.replace(/[\\"\n]/g, (found) => (found === "\n" ? "\\n" : `\\${found}`));

/** The text that Prometheus reads. */
export function textOf(snapshot: Snapshot): string {
  const blocks = familyNames.flatMap((key) => {
    const { name, help, type } = families[key];
    const lines = [...(snapshot.get(key) ?? [])].map(([line, value]) => `${line} ${value}\n`);
    return lines.length === 0 ? [] : [`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`];
  });
  return blocks.join("");
}

/** What several processes show together. */
export function merged(snapshots: readonly Snapshot[]): Snapshot {
  const whole = new Map<FamilyName, Map<string, number>>();
  for (const snapshot of snapshots) {
    for (const [key, lines] of snapshot) {
      const own = whole.get(key) ?? new Map<string, number>();
      whole.set(key, own);
      const isSum = families[key].across === "sum";
      for (const [line, value] of lines) {
        const before = own.get(line);
        own.set(line, before === undefined ? value : isSum ? before + value : Math.max(before, value));
      }
    }
  }
  return whole;
}

/** What stays true of a process that has ended: what it counted. */
export const countsOf = (snapshot: Snapshot): Snapshot =>
  new Map([...snapshot].filter(([key]) => families[key].type !== "gauge"));
