/** The IP address by which limits count: the address of the connection, or the one that trusted proxies report. */
import type { MiddlewareHandler } from "hono";
import { createBoundedCache } from "../bounded-cache.ts";
import type { Env } from "./env.ts";
import { forwardedHops, xForwardedForHops } from "./forwarded.ts";
import { type Address, inRange, parseAddress, parseRange } from "./ip.ts";

/** All requests without a known address share one bucket. */
const unknownAddress = "unknown";

/**
 * Sets `clientAddress`.
 * @param trustedProxies CIDRs of the proxies whose `X-Forwarded-For` and `Forwarded` are trusted.
 */
export const clientAddress = (trustedProxies: readonly string[]): MiddlewareHandler<Env> => {
  const resolve = createAddressResolver(trustedProxies);
  return async (c, next) => {
    c.set("clientAddress", resolve(c.env?.peerAddress, c.req.raw.headers));
    await next();
  };
};

/**
 * Reads the headers from right to left and skips trusted proxies: the first other address is the client's.
 * An entry that is no address ends the search, and the last address that was read counts.
 * A proxy appends to one of the two headers and may let a client's own copy of the other pass. So they count together
 * only if they lead to the same client.
 * @returns an IPv4 address, or the first 64 bits of an IPv6 address; always in the same spelling.
 */
export function createAddressResolver(trustedProxies: readonly string[]) {
  const ranges = trustedProxies.map(parseRange).filter((range) => range !== undefined);
  const isTrusted = (hop: Address) => ranges.some((range) => inRange(hop, range));
  const peerOf = rememberLast(1_000, (text) => {
    const address = parseAddress(text);
    return address && { address, connection: networkOf(address), trusted: isTrusted(address) };
  });
  return (peer: string | undefined, headers: Headers): string => {
    const known = peerOf(peer ?? "");
    if (known === undefined) return unknownAddress;
    const { address, connection, trusted } = known;
    if (!trusted) return connection;
    const chains = [
      xForwardedForHops(headers.get("x-forwarded-for") ?? ""),
      forwardedHops(headers.get("forwarded") ?? ""),
    ];
    const named = new Set(chains.map((hops) => networkOf(firstUntrusted(address, hops, isTrusted))));
    // A header that is missing, or says nothing, leads no further than the connection.
    named.delete(connection);
    const [client] = named;
    return named.size === 1 && client !== undefined ? client : connection;
  };
}

/** Connections are few and their requests are many, so what is read out of a peer's text is kept for the last ones. */
function rememberLast<Value>(number: number, read: (text: string) => Value): (text: string) => Value {
  const kept = createBoundedCache<{ value: Value }>({ number, bytes: Number.POSITIVE_INFINITY });
  return (text) => {
    const known = kept.get(text);
    if (known) return known.value;
    const value = read(text);
    kept.set(text, { value }, text.length);
    return value;
  };
}

/** @param hops from the nearest to the farthest. */
function firstUntrusted(
  peer: Address,
  hops: readonly string[],
  isTrusted: (hop: Address) => boolean,
): Address {
  let current = peer;
  for (const hop of hops) {
    const address = parseAddress(hop);
    if (address === undefined) return current;
    current = address;
    if (!isTrusted(current)) return current;
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
