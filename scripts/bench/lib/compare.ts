/** Compares the ratios of this run with those of the last release. */

/** By scenario, then by the name of the other server. */
export type Ratios = Readonly<Record<string, Readonly<Record<string, number>>>>;

export type Compared = {
  scenario: string;
  against: string;
  now: number;
  /** undefined if the last release was not measured so. */
  before: number | undefined;
  fell: boolean;
};

/** The part of a ratio that it may lose before it counts as fallen: rounds of a second vary that much. */
const noise = 0.15;

/** @returns every ratio of this run, in its order. */
export function compareRatios(now: Ratios, last: Ratios): Compared[] {
  return Object.entries(now).flatMap(([scenario, ratios]) =>
    Object.entries(ratios).map(([against, ratio]) => {
      const before = last[scenario]?.[against];
      const fell = before !== undefined && ratio < before * (1 - noise);
      return { scenario, against, now: ratio, before, fell };
    }),
  );
}

export const comparedHeading = ["scenario", "against", "now", "release", ""];

export const comparedCells = ({ scenario, against, now, before, fell }: Compared): string[] => [
  scenario,
  against,
  now.toFixed(2),
  before?.toFixed(2) ?? "",
  fell ? "fell" : "",
];

/** One sentence for the end of the table. */
export function verdictOf(compared: readonly Compared[]): string {
  const fallen = compared.filter(({ fell }) => fell);
  if (fallen.length === 0) return "Nothing fell.";
  const names = fallen.map(({ scenario, against }) => `${scenario} against ${against}`).join(", ");
  return `Fell by more than ${noise * 100} %: ${names}. Machines are noisy: run it again before you look for a cause.`;
}
