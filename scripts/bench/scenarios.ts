/** The scenarios of `npm run bench`: what is asked for, by whom, and of which servers. */
import type { Order } from "./lib/load.ts";

export type ServerName = "service" | "express" | "fastify" | "hono" | "empty";

export type Scenario = {
  title: string;
  method: string;
  path: string;
  order: Order;
  /** How many people take part. */
  people: number;
  /** Whether every person is asked for once before the rounds. */
  warm: boolean;
  /** How long Logto takes for an answer; in ms. */
  delayMs: number;
  cacheSeconds: number;
  servers: readonly ServerName[];
  connections: number;
  /** The body of a change for a round; every # in it is a number that grows. */
  body?: (round: string) => string;
  /** The tag of the answer is sent back with If-None-Match. */
  conditional?: true;
};

const everyServer = ["service", "express", "fastify", "hono", "empty"] as const;
const peersOnly = ["service", "express", "fastify", "hono"] as const;

const read = {
  method: "GET",
  path: "/me",
  order: "one",
  people: 1,
  warm: true,
  delayMs: 3,
  cacheSeconds: 15,
  servers: everyServer,
  connections: 50,
} satisfies Partial<Scenario>;

const change = {
  ...read,
  method: "PATCH",
  order: "walk",
  people: 2_000,
  servers: peersOnly,
} satisfies Partial<Scenario>;

/** The longest that the service keeps an answer of Logto: 10,000 people stay warm for the whole scenario. */
const longestCacheSeconds = 300;

export const scenarios: Readonly<Record<string, Scenario>> = {
  hot: { ...read, title: "GET /me, one person" },
  distinct: {
    ...read,
    title: "GET /me, 10,000 people, warm",
    order: "uniform",
    people: 10_000,
    cacheSeconds: longestCacheSeconds,
  },
  zipf: { ...read, title: "GET /me, Zipf over 100,000 people", order: "zipf", people: 100_000, warm: false },
  cold: {
    ...read,
    title: "GET /me, every token for the first time",
    order: "walk",
    people: 100_000,
    warm: false,
  },
  business: { ...read, title: "GET /me/business, filled vault", path: "/me/business" },
  conditional: { ...read, title: "GET /me with If-None-Match", conditional: true },
  "patch-logto": {
    ...change,
    title: "PATCH /me, a field of Logto",
    body: (round) => `{"name":"${round} #"}`,
  },
  "patch-vault": {
    ...change,
    title: "PATCH /me, a field of the vault",
    body: (round) => `{"business":{"ethnicity":"${round} #"}}`,
  },
  "patch-both": {
    ...change,
    title: "PATCH /me, a field of each",
    body: (round) => `{"name":"${round} #","business":{"ethnicity":"${round} #"}}`,
  },
};
