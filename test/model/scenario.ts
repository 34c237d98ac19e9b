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
  | { do: "recover" }
  | { do: "revoke" };

/** `at` is the instance that is asked, `later` how long the client waits before it asks, in ms. */
type ClientStep = { at: number; later: number; step: Step };

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
  /**
   * An instance stands still for a time, as a process that is paused does: it sends nothing and hears no answer. It
   * begins when the instance would hear its next answer, `after` others.
   */
  pauses: readonly { at: number; ms: number; after: number }[];
  /** How likely, at each choice point. */
  stalls: number;
  storageTrouble: number;
  networkTrouble: number;
  /** How likely an answer of Logto takes some seconds. */
  slowness: number;
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

/** How often a kind of step is taken, in proportion to the others. */
type Weighted<T> = { weight: number; arbitrary: fc.Arbitrary<T> };

const steps: { readonly [Name in Step["do"]]: Weighted<Extract<Step, { do: Name }>> } = {
  change: { weight: 8, arbitrary: record({ do: constant("change"), fields: changedFields }) },
  identify: {
    weight: 5,
    arbitrary: record({ do: constant("identify"), by: someIdentifier, vaultToo: boolean(), grant }),
  },
  password: { weight: 6, arbitrary: record({ do: constant("password"), grant }) },
  verify: { weight: 6, arbitrary: record({ do: constant("verify"), password: somePassword }) },
  send: { weight: 2, arbitrary: record({ do: constant("send"), to, grant }) },
  check: { weight: 2, arbitrary: record({ do: constant("check"), to, right: boolean() }) },
  reveal: { weight: 3, arbitrary: record({ do: constant("reveal"), grant }) },
  read: { weight: 3, arbitrary: constant({ do: "read" }) },
  sign_in: { weight: 1, arbitrary: constant({ do: "sign_in" }) },
  readdress: { weight: 1, arbitrary: constant({ do: "readdress" }) },
  erase: { weight: 1, arbitrary: constant({ do: "erase" }) },
  recover: { weight: 1, arbitrary: constant({ do: "recover" }) },
  revoke: { weight: 1, arbitrary: constant({ do: "revoke" }) },
};

/** What a scenario is about. The values of a list are equally likely. */
type Theme = {
  kinds: readonly Weighted<Step>[];
  /** Which instances are asked. */
  places: readonly number[];
  /** How many things a client asks for. */
  lengths: readonly number[];
  /** How long a client waits before it asks for something, in ms. */
  waits: readonly number[];
  /** For how long an instance stands still, in ms. */
  pauses: readonly number[];
  slowness: readonly number[];
};

const everything = Object.values(steps);
const usual = {
  lengths: [1, 1, 1, 2, 2, 3],
  places: [0, 1],
  waits: [0],
  pauses: [0, 0, 0, 0, 0, 0, 21_000, 61_000],
  slowness: [0, 0, 0, 0.1],
};
const longer = { ...usual, lengths: [2, 3, 3, 4] };
const { change, identify, password, read, sign_in, readdress } = steps;
const always = (weight: number, step: Step): Weighted<Step> => ({ weight, arbitrary: constant(step) });
const sendToOwn = always(2, { do: "send", to: "own", grant: "newest" });
const checkOwn = always(2, { do: "check", to: "own", right: true });
const changeName = always(2, { do: "change", fields: ["name"] });
const often = { weight: 3 };

const themes: readonly Theme[] = [
  // A snapshot knows an address that is the person's no longer.
  { ...longer, kinds: [read, sendToOwn, checkOwn, { ...readdress, ...often }], places: [0] },
  // A change overtakes a read.
  { ...longer, kinds: [read, changeName], places: [0], pauses: [0], slowness: [0.3] },
  // A read takes long, while another instance changes what it shows.
  { ...longer, kinds: [read, changeName], waits: [0, 16_000], pauses: [0], slowness: [0.3] },
  // A writer stands still for longer than its lease lives.
  { ...longer, kinds: [change, identify, password], waits: [0, 31_000], pauses: [61_000, 121_000] },
  // A change of the password is settled long after it was made.
  { ...longer, kinds: [password, { ...sign_in, weight: 6 }], waits: [0, 71_000] },
];

/** Few kinds of steps meet in more of their orders than many do, so most scenarios are of a few kinds. */
const someTheme: fc.Arbitrary<Theme> = fc.oneof(
  { weight: 3, arbitrary: constant({ ...usual, kinds: everything }) },
  {
    weight: 3,
    arbitrary: fc.subarray(everything, { minLength: 2, maxLength: 4 }).map((kinds) => ({ ...usual, kinds })),
  },
  { weight: 6, arbitrary: constantFrom(...themes) },
);

const clientStep = ({ kinds, places, waits }: Theme): fc.Arbitrary<ClientStep> =>
  record({
    at: constantFrom(...places),
    later: constantFrom(...waits),
    step: fc.oneof<Weighted<Step>[]>(...kinds),
  });
const clock = constantFrom(0, 0, -2_500, 2_500);
const after = nat(50);
const seconds = constantFrom(1, 6, 16, 21, 26, 31, 31, 45, 61, 700);

const lists = <T>(lengths: fc.Arbitrary<number>, item: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  lengths.chain((length) => array(item, { minLength: length, maxLength: length }));

const scenariosOf = (theme: Theme): fc.Arbitrary<Scenario> =>
  record({
    luck: fc.noShrink(nat(0xffff_ffff)),
    clocks: fc.tuple(clock, clock, clock, clock),
    clients: lists(constantFrom(1, 2, 2, 2, 2, 3), lists(constantFrom(...theme.lengths), clientStep(theme))),
    crashes: lists(constantFrom(0, 0, 0, 1), record({ at: nat(1), after })),
    jumps: lists(constantFrom(0, 0, 1, 2), record({ ms: seconds.map((s) => s * 1000), after })),
    pauses: record({ at: nat(1), ms: constantFrom(...theme.pauses), after: nat(14) }).map((pause) =>
      pause.ms === 0 ? [] : [pause],
    ),
    stalls: constantFrom(0, 0.03, 0.1, 0.2),
    storageTrouble: constantFrom(0, 0, 0.04, 0.1),
    networkTrouble: constantFrom(0, 0, 0.05, 0.15),
    slowness: constantFrom(...theme.slowness),
    immortalSession: fc.oneof(
      { weight: 7, arbitrary: constant(false) },
      { weight: 1, arbitrary: constant(true) },
    ),
  });

/** All scenarios. */
export const scenarios: fc.Arbitrary<Scenario> = someTheme.chain(scenariosOf);
