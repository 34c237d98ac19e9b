/** Names of hosts on the Internet (RFC 1123), internationalised ones (RFC 5891) in the form that the DNS knows. */

/** A name of two labels or more, all in A-labels. The last one is alphabetic, so that an IP address is no name. */
export const hostName = /^(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+(?:[a-z]{2,63}|xn--[a-z\d-]{0,58}[a-z\d])$/;

/** What would make a URL of a host name mean another host. */
const reserved = /[\s@:/?#[\]\\%]/u;

/** @returns the host name in lower case and in A-labels; undefined if it is none. */
export function asciiHostName(name: string): string | undefined {
  if (reserved.test(name)) return undefined;
  try {
    const { hostname } = new URL(`https://${name}`);
    return hostName.test(hostname) && hostname.length <= 253 ? hostname : undefined;
  } catch {
    return undefined;
  }
}
