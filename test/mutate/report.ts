/** What the tests noticed, by folder, and every wrong change that they did not. */
import type { Mutant } from "./mutant.ts";

/** `noticedBy` is the test that failed. */
export type Result = { folder: string; mutant: Mutant; noticedBy: string | undefined };

const leastInAll = 0.95;
const leastInFolder = 0.9;

const counts = ({ mutant }: Result) => mutant.changesNothing === undefined;
const survived = ({ noticedBy }: Result) => noticedBy === undefined;

const shareOf = (results: readonly Result[]) => {
  const counted = results.filter(counts);
  return counted.length === 0 ? 1 : counted.filter((result) => !survived(result)).length / counted.length;
};

const byFolder = (results: readonly Result[]) => [...Map.groupBy(results, ({ folder }) => folder)];

/** At least 95 % of all were noticed, and 90 % in each folder. */
export const isGoodEnough = (results: readonly Result[]): boolean =>
  shareOf(results) >= leastInAll && byFolder(results).every(([, own]) => shareOf(own) >= leastInFolder);

const percent = (share: number) => `${(share * 100).toFixed(1).padStart(5)} %`;

const lineOf = (name: string, results: readonly Result[]) => {
  const counted = results.filter(counts);
  const noticed = counted.filter((result) => !survived(result)).length;
  return `${name.padEnd(24)}${String(noticed).padStart(5)} of ${String(counted.length).padStart(3)}  ${percent(shareOf(results))}`;
};

/** A table of the folders, and a list of what survived, with the reason for those that change nothing. */
export function reportOf(results: readonly Result[], milliseconds: number): string {
  const missed = results.filter((result) => survived(result) && counts(result));
  const harmless = results.filter((result) => !counts(result));
  return [
    "",
    ...byFolder(results).map(([folder, own]) => lineOf(folder, own)),
    lineOf("all", results),
    `${results.filter(counts).length} wrong changes in ${(milliseconds / 60_000).toFixed(1)} minutes`,
    ...missed.map(({ mutant }) => `survived: ${mutant.file}: ${mutant.wrong}`),
    ...harmless.map(
      ({ mutant }) => `changes nothing: ${mutant.file}: ${mutant.wrong}: ${mutant.changesNothing}`,
    ),
  ].join("\n");
}
