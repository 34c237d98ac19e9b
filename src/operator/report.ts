/** Reports what the steps of a command find and change, and keeps a dry run from changing anything. */
const past = {
  create: "created",
  give: "gave",
  add: "added",
  write: "wrote",
  delete: "deleted",
} as const;

type Verb = keyof typeof past;

export type Report = {
  /** True if nothing may be changed. */
  readonly dryRun: boolean;
  /** Reports what exists already. */
  found(what: string): void;
  /** Makes a change and reports it. A dry run only reports it and returns undefined. */
  change<T>(verb: Verb, what: string, work: () => Promise<T>): Promise<T | undefined>;
  /** Reports what the operator should check. */
  warn(what: string): void;
  /** The number of changes; in a dry run, of those that would have been made. */
  changes(): number;
};

/** @param say prints one line. No step may put a secret into a line. */
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
