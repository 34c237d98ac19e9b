/** What happens in a run, apart from its order and its luck: who asks for what, who crashes, how much goes wrong. */
import fc from "fast-check";

const textFields = ["name", "nickname", "givenName", "ethnicity", "gender"] as const;
const identifiers = ["username", "primaryEmail", "primaryPhone"] as const;
type TextField = (typeof textFields)[number];
type Identifier = (typeof identifiers)[number];

/** Which of the records that the person has earned a request carries. */
type Grant = "newest" | "oldest";

/** One request of a client, or something else that happens at a client's turn. */
export type Step =
  | { do: "change"; fields: readonly TextField[] }
  | { do: "identify"; by: Identifier; vaultToo: boolean; grant: Grant }
  | { do: "password"; grant: Grant }
  | { do: "verify"; password: "current" | "first" | "wrong" }
  | { do: "send"; to: "own" | "new"; grant: Grant }
  | { do: "check"; to: "own" | "new"; right: boolean }
  | { do: "reveal"; grant: Grant }
  | { do: "read" }
  /** Somebody signs in at Logto. */
  | { do: "sign_in" }
  /** The address becomes another one, past the service. */
  | { do: "readdress" }
  /** The account is deleted at Logto, and then here. */
  | { do: "erase" }
  | { do: "recover" | "revoke" };

/** `at` is the instance that is asked. */
type ClientStep = { at: number; step: Step };

export type Scenario = {
  /** The seed of everything that is neither an order nor in here. */
  luck: number;
  /** What the clock of each instance, and of Logto, is ahead of the common one, in ms. */
  clocks: readonly [number, number, number, number];
  /** Each client asks one thing after the other, and all of them at the same time. */
  clients: readonly (readonly ClientStep[])[];
  crashes: readonly { at: number; after: number }[];
  /** Time passes for everybody, however far they have come. */
  jumps: readonly { ms: number; after: number }[];
  /** An instance stands still for a time, as a process that is paused does: it sends nothing and hears no answer. */
  pauses: readonly { at: number; ms: number; after: number }[];
  /** How likely, at each choice point. */
  stalls: number;
  storageTrouble: number;
  networkTrouble: number;
  /** One of the person's sessions cannot be ended. */
  immortalSession: boolean;
};

const { constant, constantFrom, record, array, nat, boolean } = fc;

const grant = constantFrom<Grant[]>("newest", "newest", "newest", "oldest");
const to = constantFrom<("own" | "new")[]>("own", "new");

const changedFields = fc.oneof(
  fc.subarray([...textFields], { minLength: 1, maxLength: 3 }),
  constantFrom<TextField[][]>(["ethnicity"], ["name", "gender"]),
);
const someIdentifier = constantFrom(...identifiers);
const somePassword = constantFrom<("current" | "first" | "wrong")[]>("current", "current", "first", "wrong");

/** With how often each is taken, in proportion to the others. */
const allSteps: [number, fc.Arbitrary<Step>][] = [
  [8, changedFields.map((fields) => ({ do: "change", fields }))],
  [5, record({ do: constant("identify"), by: someIdentifier, vaultToo: boolean(), grant })],
  [6, record({ do: constant("password"), grant })],
  [6, record({ do: constant("verify"), password: somePassword })],
  [2, record({ do: constant("send"), to, grant })],
  [2, record({ do: constant("check"), to, right: boolean() })],
  [3, record({ do: constant("reveal"), grant })],
  [3, constant({ do: "read" })],
  [1, constant({ do: "sign_in" })],
  [1, constant({ do: "readdress" })],
  [1, constant({ do: "erase" })],
  [1, constant({ do: "recover" })],
  [1, constant({ do: "revoke" })],
];

/** Few kinds of steps meet in more of their orders than many do, so most scenarios are of a few kinds. */
const someSteps = fc.oneof(constant(allSteps), fc.subarray(allSteps, { minLength: 2, maxLength: 4 }));

const clientStep = (steps: typeof allSteps): fc.Arbitrary<ClientStep> =>
  record({ at: nat(1), step: fc.oneof(...steps.map(([weight, arbitrary]) => ({ weight, arbitrary }))) });
const clock = constantFrom(0, 0, -2_500, 2_500);
const after = nat(50);
const seconds = constantFrom(1, 6, 16, 21, 26, 31, 31, 45, 61, 700);

const lists = <T>(lengths: fc.Arbitrary<number>, item: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  lengths.chain((length) => array(item, { minLength: length, maxLength: length }));

/** All scenarios. The values of each list are equally likely. */
export const scenarios: fc.Arbitrary<Scenario> = record({
  luck: fc.noShrink(nat(0xffff_ffff)),
  clocks: fc.tuple(clock, clock, clock, clock),
  clients: someSteps.chain((steps) =>
    lists(constantFrom(1, 2, 2, 2, 2, 3), lists(constantFrom(1, 1, 1, 2, 2, 3), clientStep(steps))),
  ),
  crashes: lists(constantFrom(0, 0, 0, 1), record({ at: nat(1), after })),
  jumps: lists(constantFrom(0, 0, 1, 2), record({ ms: seconds.map((s) => s * 1000), after })),
  pauses: lists(
    constantFrom(0, 0, 0, 1),
    record({ at: nat(1), ms: constantFrom(21_000, 31_000, 61_000), after }),
  ),
  stalls: constantFrom(0, 0.03, 0.1, 0.2),
  storageTrouble: constantFrom(0, 0, 0.04, 0.1),
  networkTrouble: constantFrom(0, 0, 0.05, 0.15),
  immortalSession: fc.oneof(
    { weight: 7, arbitrary: constant(false) },
    { weight: 1, arbitrary: constant(true) },
  ),
});
