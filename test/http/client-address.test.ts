import { expect, test } from "vitest";
import { createAddressResolver } from "../../src/http/client-address.ts";
import { createApp, createWorld } from "./support.ts";

const resolver = createAddressResolver(["10.0.0.0/8", "2001:db8:ffff::/48", "192.0.2.1/32"]);
const resolve = (peer: string | undefined, xForwardedFor: string | null, forwarded?: string) =>
  resolver(peer, headersOf(xForwardedFor, forwarded));

const headersOf = (xForwardedFor: string | null, forwarded?: string) =>
  new Headers({
    ...(xForwardedFor === null ? {} : { "X-Forwarded-For": xForwardedFor }),
    ...(forwarded === undefined ? {} : { Forwarded: forwarded }),
  });

test.each([
  ["203.0.113.7", null, "203.0.113.7"],
  ["::ffff:203.0.113.7", null, "203.0.113.7"],
  ["::FFFF:cb00:7107", null, "203.0.113.7"],
  ["2001:db8:1:2:3:4:5:6", null, "2001:db8:1:2::/64"],
  ["2001:db8:1:2:ffff::", null, "2001:db8:1:2::/64"],
  ["fe80::1%eth0", null, "fe80:0:0:0::/64"],
  ["::1", null, "0:0:0:0::/64"],
])("puts %s into the bucket it shares", (peer, forwarded, expected) => {
  expect(resolve(peer, forwarded)).toBe(expected);
});

test.each([
  ["a stranger", "203.0.113.7", "198.51.100.1", "203.0.113.7"],
  ["one trusted proxy", "10.0.0.1", "198.51.100.1", "198.51.100.1"],
  ["a client that forges the left end", "10.0.0.1", "1.2.3.4, 198.51.100.1", "198.51.100.1"],
  ["a chain of trusted proxies", "10.0.0.1", "198.51.100.1, 192.0.2.1,10.1.1.1", "198.51.100.1"],
  ["a mapped proxy", "::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"],
  ["a proxy over IPv6", "2001:db8:ffff::9", "2001:db8:1:2::77", "2001:db8:1:2::/64"],
  ["a chain of trusted hops only", "10.0.0.1", "10.0.0.2", "10.0.0.2"],
  ["garbage", "10.0.0.1", "198.51.100.1, unknown", "10.0.0.1"],
  ["an obfuscated name", "10.0.0.1", "198.51.100.1, _hidden", "10.0.0.1"],
  ["an address with a port", "10.0.0.1", "198.51.100.1:80", "198.51.100.1"],
  ["a chain with ports", "10.0.0.1", "198.51.100.1:50123, 10.1.1.1:443", "198.51.100.1"],
  ["an address in quotes", "10.0.0.1", '"198.51.100.1"', "198.51.100.1"],
  ["an address in quotes with a port", "10.0.0.1", ' "198.51.100.1:80" ', "198.51.100.1"],
  ["IPv6 in brackets", "10.0.0.1", "[2001:db8:1:2::77]", "2001:db8:1:2::/64"],
  ["IPv6 in brackets with a port", "10.0.0.1", "[2001:db8:1:2::77]:50123", "2001:db8:1:2::/64"],
  ["IPv6 in quotes, brackets, with a port", "10.0.0.1", '"[2001:DB8:1:2::77]:50123"', "2001:db8:1:2::/64"],
  ["IPv6 with a zone", "10.0.0.1", "fe80::1%eth0", "fe80:0:0:0::/64"],
  ["IPv6 with a zone in brackets", "10.0.0.1", "[fe80::1%25eth0]:80", "fe80:0:0:0::/64"],
  ["mapped IPv4", "10.0.0.1", "::ffff:198.51.100.1", "198.51.100.1"],
  ["mapped IPv4 with a port", "10.0.0.1", "[::ffff:198.51.100.1]:80, ::ffff:10.1.1.1:80", "198.51.100.1"],
  ["an empty element at the left", "10.0.0.1", ", 198.51.100.1", "198.51.100.1"],
  ["an empty element at the right", "10.0.0.1", "198.51.100.1, ", "198.51.100.1"],
  ["empty elements between", "10.0.0.1", "198.51.100.1,, ,\t,10.1.1.1", "198.51.100.1"],
  ["a client that opens a quote", "10.0.0.1", '1.2.3.4, ", 198.51.100.1', "198.51.100.1"],
  ["a client that opens a bracket", "10.0.0.1", "[1.2.3.4, 198.51.100.1", "198.51.100.1"],
  ["a port that is none", "10.0.0.1", "198.51.100.1:80:80", "10.0.0.1"],
  ["an octet that is none", "10.0.0.1", "198.51.100.256:80", "10.0.0.1"],
  ["an empty list", "10.0.0.1", "", "10.0.0.1"],
  ["many commas", "10.0.0.1", ",".repeat(5000), "10.0.0.1"],
])("believes X-Forwarded-For as far as it is trusted: %s", (_name, peer, forwarded, expected) => {
  expect(resolve(peer, forwarded)).toBe(expected);
});

test.each([
  ["a stranger", "203.0.113.7", "for=198.51.100.1", "203.0.113.7"],
  ["one trusted proxy", "10.0.0.1", "for=198.51.100.1", "198.51.100.1"],
  ["a name in capitals", "10.0.0.1", "FOR=198.51.100.1", "198.51.100.1"],
  ["other members", "10.0.0.1", "by=10.0.0.1;for=198.51.100.1;host=example.org;proto=https", "198.51.100.1"],
  ["blanks and an open end", "10.0.0.1", " proto=https ; for=198.51.100.1 ; ", "198.51.100.1"],
  ["a port", "10.0.0.1", 'for="198.51.100.1:47011"', "198.51.100.1"],
  ["IPv6", "10.0.0.1", 'for="[2001:db8:1:2::77]"', "2001:db8:1:2::/64"],
  ["IPv6 with a port", "10.0.0.1", 'For="[2001:DB8:1:2::77]:4711"', "2001:db8:1:2::/64"],
  ["IPv6 with an obfuscated port", "10.0.0.1", 'for="[2001:db8:1:2::77]:_p.1"', "2001:db8:1:2::/64"],
  ["a chain", "10.0.0.1", 'for=198.51.100.1, for="10.1.1.1:80";by=10.1.1.2', "198.51.100.1"],
  ["a client that forges the left end", "10.0.0.1", "for=1.2.3.4, for=198.51.100.1", "198.51.100.1"],
  ["a client that opens a quote", "10.0.0.1", 'for="1.2.3.4, for=198.51.100.1', "198.51.100.1"],
  ["a client that escapes a quote", "10.0.0.1", 'for="_\\", for=198.51.100.1', "198.51.100.1"],
  ["a comma in quotes", "10.0.0.1", 'for=1.2.3.4;host="a,b", for=198.51.100.1;host="c,d"', "198.51.100.1"],
  ["unknown", "10.0.0.1", "for=unknown", "10.0.0.1"],
  ["hidden", "10.0.0.1", "for=_hidden", "10.0.0.1"],
  ["hidden behind a trusted hop", "10.0.0.1", 'for=1.2.3.4, for="_hidden", for=10.0.0.2', "10.0.0.2"],
  ["no for, which says nothing of what stands before", "10.0.0.1", "for=1.2.3.4, proto=https", "10.0.0.1"],
  ["two for in one element", "10.0.0.1", "for=1.2.3.4;for=198.51.100.1", "10.0.0.1"],
  ["an address without for", "10.0.0.1", "198.51.100.1", "10.0.0.1"],
  ["empty elements", "10.0.0.1", ", for=198.51.100.1,, ", "198.51.100.1"],
])("believes Forwarded as far as it is trusted: %s", (_name, peer, forwarded, expected) => {
  expect(resolve(peer, null, forwarded)).toBe(expected);
});

test("reads a header that comes several times as one list", () => {
  for (const [name, first, second] of [
    ["X-Forwarded-For", "198.51.100.1", "10.1.1.1"],
    ["Forwarded", "for=198.51.100.1", "for=10.1.1.1"],
  ] as const) {
    const headers = new Headers();
    headers.append(name, first);
    headers.append(name, second);
    expect(resolver("10.0.0.1", headers)).toBe("198.51.100.1");
  }
});

test.each([
  ["the same client", "198.51.100.1", "for=198.51.100.1", "198.51.100.1"],
  ["the same client in two spellings", "198.51.100.1:80", 'for="[::ffff:198.51.100.1]"', "198.51.100.1"],
  ["two clients, one of them forged", "198.51.100.1", "for=1.2.3.4", "10.0.0.1"],
  ["a client and nobody", "198.51.100.1", "for=unknown", "198.51.100.1"],
  ["nobody and a client", "unknown", "for=198.51.100.1", "198.51.100.1"],
  ["nobody at all", "unknown", "for=_hidden", "10.0.0.1"],
])("counts both headers together only if they agree: %s", (_name, xForwardedFor, forwarded, expected) => {
  expect(resolve("10.0.0.1", xForwardedFor, forwarded)).toBe(expected);
});

test.each([
  "",
  "localhost",
  "1.2.3",
  "1.2.3.4.5",
  "01.2.3.4",
  "256.1.1.1",
  "1::2::3",
  ":::",
  "1:2:3:4:5:6:7",
  "12345::",
  "::g",
  "1:2:3:4:5:6:7:8:9",
  "1:2:3:4:5:6:7::8",
])("keeps one bucket for what is not an address: '%s'", (peer) => {
  expect(resolve(peer, "198.51.100.1")).toBe("unknown");
});

test("puts every request without a known address into one bucket", () => {
  expect(resolve(undefined, "198.51.100.1")).toBe("unknown");
});

test("does not confuse families: 0.0.0.0/0 trusts no IPv6 hop", () => {
  const trusting = createAddressResolver(["0.0.0.0/0", "::ffff:0:0/96"]);
  expect(trusting("2001:db8::1", headersOf("198.51.100.1"))).toBe("2001:db8:0:0::/64");
  expect(trusting("203.0.113.7", headersOf("2001:db8::1"))).toBe("2001:db8:0:0::/64");
});

test("does not confuse families: an IPv6 range whose last 32 bits are an IPv4 range trusts none of that", () => {
  const trusting = createAddressResolver(["64:ff9b::a00:0/104", "::a00:0/104"]);
  expect(trusting("10.0.0.1", headersOf("198.51.100.1"))).toBe("10.0.0.1");
});

test("takes the peer from the runtime", async () => {
  const app = createApp(createWorld());
  for (const headers of [
    { "X-Forwarded-For": '"198.51.100.1:80", 10.0.0.1' },
    { Forwarded: 'for="198.51.100.1:80", for=10.0.0.1' },
  ]) {
    const ask = async (peerAddress: string) =>
      (await app.request("/where", { headers }, { peerAddress })).json();
    expect(await ask("10.0.0.9")).toEqual({ address: "198.51.100.1" });
    expect(await ask("203.0.113.9")).toEqual({ address: "203.0.113.9" });
  }
});
