/** The IP address by which limits count: the address of the connection, or the one that trusted proxies report. */
import type { MiddlewareHandler } from "hono";
import type { Env } from "./env.ts";
import { type Address, inRange, parseAddress, parseRange, type Range } from "./ip.ts";

/** All requests without a known address share one bucket. */
const unknownAddress = "unknown";

/**
 * Sets `clientAddress`.
 * @param trustedProxies CIDRs of the proxies whose `X-Forwarded-For` is trusted.
 */
export const clientAddress = (trustedProxies: readonly string[]): MiddlewareHandler<Env> => {
  const resolve = createAddressResolver(trustedProxies);
  return async (c, next) => {
    c.set("clientAddress", resolve(c.env?.peerAddress, c.req.raw.headers.get("x-forwarded-for")));
    await next();
  };
};

/**
 * Reads `X-Forwarded-For` from right to left and skips trusted proxies: the first other address is the client's.
 * An entry that is no address ends the search, and the last address that was read counts.
 * @returns an IPv4 address, or the first 64 bits of an IPv6 address; always in the same spelling.
 */
export function createAddressResolver(trustedProxies: readonly string[]) {
  const ranges = trustedProxies.map(parseRange).filter((range) => range !== undefined);
  return (peer: string | undefined, forwardedFor: string | null): string => {
    const address = parseAddress(peer ?? "");
    if (address === undefined) return unknownAddress;
    return networkOf(forwardedFor === null ? address : firstUntrusted(address, forwardedFor, ranges));
  };
}

function firstUntrusted(peer: Address, forwardedFor: string, trusted: readonly Range[]): Address {
  const hops = forwardedFor.split(",");
  let current = peer;
  while (trusted.some((range) => inRange(current, range))) {
    const hop = parseAddress(hops.pop()?.trim() ?? "");
    if (hop === undefined) return current;
    current = hop;
  }
  return current;
}

/** One host or household: an IPv4 address, or the /64 network in which an IPv6 host can change its address. */
function networkOf({ bits, value }: Address): string {
  if (bits === 32) return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join(".");
  const network = value >> 64n;
  const groups = [48n, 32n, 16n, 0n].map((shift) => ((network >> shift) & 0xffffn).toString(16));
  return `${groups.join(":")}::/64`;
}
