/** What a client asked for, and what it was told. */
import type { IssuedRecord } from "../../src/verification/step-up.ts";
import type { Scenario, Step } from "./scenario.ts";

/** A crash, or an error that is no refusal, is an end, too. */
type Outcome = "waiting" | "running" | "ok" | "refused" | "unknown" | "crashed" | "bug";

/** A step-up record that somebody holds; `task` earned it. */
type Grant = { task: string; verificationId: string };

export type Task = {
  /** Also its request id, and the value that it writes into each field. */
  readonly id: string;
  readonly step: Step;
  /** The name of the instance that is asked. */
  instance: string;
  outcome: Outcome;
  /** The code of the refusal; what is wrong where it is a bug. */
  code: string;
  /** Moments; an end that never came lies after everything. */
  startedAt: number;
  endedAt: number;
  /** The same on the common clock. */
  startedMs: number;
  endedMs: number;
  /** What it sets, by field. */
  readonly writes: Readonly<Record<string, string>>;
  /** The record that its request carries. */
  grant: Grant | undefined;
  /** What it was shown, by field. */
  shown: Readonly<Record<string, unknown>>;
  /** An answer of the database to it was lost. */
  isDoubtful: boolean;
  earned: IssuedRecord | undefined;
};

/** The task that what the person has at the beginning belongs to. */
export const before = "before";

const letters = "abcdefgh";

/** The tasks of a scenario, a list a client. */
export function tasksOf({ clients }: Pick<Scenario, "clients">): Task[][] {
  const targets = targetsOf();
  return clients.map((steps, client) =>
    steps.map(({ step }, index) => taskOf(`${letters[client]}${index + 1}`, step, targets)),
  );
}

/** New addresses, no two alike. Without their zeros, many of the numbers are one number, and the first is the person's. */
function targetsOf() {
  const phones = ["12255501130", "12255501103", "12025550131", "12025501130"];
  const emails = ["new@example.test"];
  let made = 0;
  return {
    primaryPhone: () => phones.shift() ?? `1202555${String(1_000 + ++made)}`,
    primaryEmail: () => emails.shift() ?? `new-${++made}@example.test`,
    username: () => `user_${++made}`,
  };
}

function taskOf(id: string, step: Step, targets: ReturnType<typeof targetsOf>): Task {
  const never = Number.POSITIVE_INFINITY;
  return {
    ...{ id, step, writes: writesOf(id, step, targets), instance: "" },
    ...{ outcome: "waiting", code: "" },
    ...{ startedAt: never, endedAt: never, startedMs: never, endedMs: never },
    ...{ grant: undefined, shown: {}, isDoubtful: false, earned: undefined },
  };
}

function writesOf(id: string, step: Step, targets: ReturnType<typeof targetsOf>): Task["writes"] {
  if (step.do === "readdress") return { primaryEmail: "moved@example.test" };
  if (step.do === "password") return { password: `password-of-${id}` };
  if (step.do === "change") return Object.fromEntries(step.fields.map((field) => [field, id]));
  if (step.do !== "identify") return {};
  return { [step.by]: targets[step.by](), ...(step.vaultToo ? { ethnicity: id } : {}) };
}
