/**
 * For `npm run doctor`: `/readyz` says how it sees the connection, so that `TRUSTED_PROXIES` can be compared with what
 * arrives. It says so to nobody but who holds the keys of this service and its database.
 */
import type { MiddlewareHandler } from "hono";
import * as z from "zod";
import type { Services } from "../services.ts";
import type { KeyedHash } from "../vault/keyed-hash.ts";
import { createAddressResolver } from "./client-address.ts";
import type { Env } from "./env.ts";
import { forwardedHops, xForwardedForHops } from "./forwarded.ts";
import { parseAddress } from "./ip.ts";

/** The header of the question, with a token; and that of the answer, with a `SeenConnection` in JSON. */
export const doctorHeaders = { question: "Doctor-Token", answer: "Doctor-Saw" };

/** Every hop of the two headers is an address, or empty for what is none; the nearest comes first. */
export const seenConnection = z.object({
  /** The other end of the connection, as limits would count it if no proxy were trusted. */
  connection: z.string(),
  /** By which limits count this request. */
  client: z.string(),
  xForwardedFor: z.array(z.string()),
  forwarded: z.array(z.string()),
});

export type SeenConnection = z.infer<typeof seenConnection>;

/** A token is good for a minute; clocks may differ by as much. */
const lifeMs = 60_000;
const form = /^(\d{1,16})\.([\w-]{43})$/;

/** @returns a token that lives for a minute. */
export async function createDoctorToken(keyedHash: KeyedHash, now: number): Promise<string> {
  const until = String(now + lifeMs);
  return `${until}.${await keyedHash("doctor", until)}`;
}

async function isGood(token: string, keyedHash: KeyedHash, now: number): Promise<boolean> {
  const [, until = "", hash = ""] = form.exec(token) ?? [];
  if (until === "" || Number(until) < now || Number(until) > now + 2 * lifeMs) return false;
  const expected = await keyedHash("doctor", until);
  // Hashed once more, so that the time of the comparison tells nothing about the expected hash.
  return (await keyedHash("doctor", hash)) === (await keyedHash("doctor", expected));
}

const withoutProxies = createAddressResolver([]);
const noHeaders = new Headers();

export const doctorEcho =
  ({ vault, platform }: Pick<Services, "vault" | "platform">): MiddlewareHandler<Env> =>
  async (c, next) => {
    const token = c.req.header(doctorHeaders.question);
    if (token !== undefined && (await isGood(token, vault.keyedHash, platform.now()))) {
      const { headers } = c.req.raw;
      const seen: SeenConnection = {
        connection: withoutProxies(c.env?.peerAddress, noHeaders),
        client: c.get("clientAddress"),
        xForwardedFor: xForwardedForHops(headers.get("x-forwarded-for") ?? "").map(addressOf),
        forwarded: forwardedHops(headers.get("forwarded") ?? "").map(addressOf),
      };
      c.get("standardHeaders")[doctorHeaders.answer] = JSON.stringify(seen);
    }
    await next();
  };

const addressOf = (hop: string): string => (parseAddress(hop) ? hop : "");
