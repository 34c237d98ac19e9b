/** The scenarios of `npm run bench`: what is asked for, by whom, and of which servers. */
import type { Order } from "./lib/load.ts";
import type { ServerName } from "./lib/servers.ts";
import { password } from "./lib/tenant.ts";

/** What is asked for, and by whom. */
export type Task = {
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
  connections: number;
  /** The body of a change for a round; every # in it is a number that grows. */
  body?: (round: string) => string;
  /** How the one person is known. Default: by an access token. */
  by?: "cookie";
  /** What the answer holds; else it is that of somebody who is not signed in. */
  shows?: string;
  /** The tag of the answer is sent back with If-None-Match. */
  conditional?: true;
};

export type Scenario = Task & { title: string; servers: readonly ServerName[] };

const everyServer = ["service", "express", "fastify", "hono", "empty"] as const;
const withoutEmpty = ["service", "express", "fastify", "hono"] as const;

/** `GET /me` of one person, warm. */
export const readTask = {
  method: "GET",
  path: "/me",
  order: "one",
  people: 1,
  warm: true,
  delayMs: 3,
  cacheSeconds: 15,
  connections: 50,
} satisfies Task;

const changeTask = { ...readTask, method: "PATCH", order: "walk", people: 2_000 } satisfies Task;

/** `PATCH /me` of a field that the service keeps itself. */
export const vaultPatchTask = {
  ...changeTask,
  body: (round) => `{"business":{"ethnicity":"${round} #"}}`,
} satisfies Task;

const read = { ...readTask, servers: everyServer };
const change = { ...changeTask, servers: withoutEmpty };
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
  "patch-vault": { ...vaultPatchTask, servers: withoutEmpty, title: "PATCH /me, a field of the vault" },
  "patch-both": {
    ...change,
    title: "PATCH /me, a field of each",
    body: (round) => `{"name":"${round} #","business":{"ethnicity":"${round} #"}}`,
  },
  session: {
    ...read,
    title: "GET /me by a cookie session",
    by: "cookie",
    servers: ["service", "empty"],
  },
  account: {
    ...read,
    title: "the account page's overview",
    path: "/account",
    by: "cookie",
    // The name is what an earlier scenario has made of it.
    shows: "/account/profile",
    servers: ["service"],
  },
  password: {
    ...change,
    title: "POST /me/password/verify, the right password",
    method: "POST",
    path: "/me/password/verify",
    people: 200,
    servers: ["service"],
    connections: 16,
    body: () => `{"password":"${password}"}`,
  },
};
