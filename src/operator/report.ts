/** How the steps of a command tell what they find and do, and whether they may do it. */
const past = {
  create: "created",
  give: "gave",
  add: "added",
  write: "wrote",
  delete: "deleted",
} as const;

type Verb = keyof typeof past;

export type Report = {
  /** True when nothing may change. */
  readonly dryRun: boolean;
  /** Tells what is there already. */
  found(what: string): void;
  /** Does the work and tells of it; in a dry run only tells, and returns undefined. */
  change<T>(verb: Verb, what: string, work: () => Promise<T>): Promise<T | undefined>;
  /** Tells what the operator should look at. */
  warn(what: string): void;
  /** How many changes were made, or would have been. */
  changes(): number;
};

/** @param say receives one line each; no line holds a secret, since no step puts one in. */
export function createReport(dryRun: boolean, say: (line: string) => void): Report {
  let changes = 0;
  return {
    dryRun,
    found: (what) => say(`found ${what}`),
    warn: (what) => say(`warning: ${what}`),
    changes: () => changes,
    async change(verb, what, work) {
      const result = dryRun ? undefined : await work();
      changes += 1;
      say(`${dryRun ? `would ${verb}` : past[verb]} ${what}`);
      return result;
    },
  };
}
