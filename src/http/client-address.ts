/** Whom limits by address count: the connection's own address, or what proxies we trust say stands behind it. */
import type { MiddlewareHandler } from "hono";
import type { Env } from "./env.ts";
import { type Address, inRange, parseAddress, parseRange, type Range } from "./ip.ts";

/** Where no address is known at all, everybody shares one bucket rather than none. */
const unknownAddress = "unknown";

/**
 * Leaves `clientAddress` for the limits behind it.
 * @param trustedProxies CIDRs whose `X-Forwarded-For` counts.
 */
export const clientAddress = (trustedProxies: readonly string[]): MiddlewareHandler<Env> => {
  const resolve = createAddressResolver(trustedProxies);
  return async (c, next) => {
    c.set("clientAddress", resolve(c.env?.peerAddress, c.req.raw.headers.get("x-forwarded-for")));
    await next();
  };
};

/**
 * Walks `X-Forwarded-For` from its right end past every hop we trust; the first other address is the client.
 * Garbage ends the walk at the last hop that could be read.
 * @returns an IPv4 address, or the first 64 bits of an IPv6 address, in one spelling each.
 */
export function createAddressResolver(trustedProxies: readonly string[]) {
  const ranges = trustedProxies.map(parseRange).filter((range) => range !== undefined);
  return (peer: string | undefined, forwardedFor: string | null): string => {
    const address = parseAddress(peer ?? "");
    if (address === undefined) return unknownAddress;
    return bucket(forwardedFor === null ? address : walk(address, forwardedFor, ranges));
  };
}

function walk(peer: Address, forwardedFor: string, trusted: readonly Range[]): Address {
  const hops = forwardedFor.split(",");
  let current = peer;
  while (trusted.some((range) => inRange(current, range))) {
    const hop = parseAddress(hops.pop()?.trim() ?? "");
    if (hop === undefined) return current;
    current = hop;
  }
  return current;
}

/** One household or host: an IPv4 address, or the /64 that an IPv6 host may move in. */
function bucket({ bits, value }: Address): string {
  if (bits === 32) return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join(".");
  const network = value >> 64n;
  const groups = [48n, 32n, 16n, 0n].map((shift) => ((network >> shift) & 0xffffn).toString(16));
  return `${groups.join(":")}::/64`;
}
