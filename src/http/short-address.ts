/** An IP address as people are shown it: enough to tell a network from another, too little to find a household. */
import { parseAddress } from "./ip.ts";

/** @returns the network of an address, /24 of IPv4 and /48 of IPv6; null for anything else. */
export function shortAddress(text: string | null): string | null {
  const address = text === null ? undefined : parseAddress(text);
  if (address === undefined) return null;
  const { bits, value } = address;
  const partBits = bits === 32 ? 8n : 16n;
  const [first, second, third] = [1n, 2n, 3n].map((index) => {
    return (value >> (BigInt(bits) - index * partBits)) & ((1n << partBits) - 1n);
  });
  if (bits === 32) return `${first}.${second}.${third}.0/24`;
  const groups = [first, second, third].map((group = 0n) => group.toString(16)).join(":");
  return `${groups.replace(/(?:(?:^|:)0)+$/, "")}::/48`;
}
