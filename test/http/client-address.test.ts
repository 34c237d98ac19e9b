import { expect, test } from "vitest";
import { createAddressResolver } from "../../src/http/client-address.ts";
import { createApp, createWorld } from "./support.ts";

const resolve = createAddressResolver(["10.0.0.0/8", "2001:db8:ffff::/48", "192.0.2.1/32"]);

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
  ["an address with a port", "10.0.0.1", "198.51.100.1:80", "10.0.0.1"],
  ["an empty list", "10.0.0.1", "", "10.0.0.1"],
  ["many commas", "10.0.0.1", ",".repeat(5000), "10.0.0.1"],
])("believes X-Forwarded-For as far as it is trusted: %s", (_name, peer, forwarded, expected) => {
  expect(resolve(peer, forwarded)).toBe(expected);
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
  expect(trusting("2001:db8::1", "198.51.100.1")).toBe("2001:db8:0:0::/64");
  expect(trusting("203.0.113.7", "2001:db8::1")).toBe("2001:db8:0:0::/64");
});

test("takes the peer from the runtime", async () => {
  const app = createApp(createWorld());
  const init = { headers: { "X-Forwarded-For": "198.51.100.1" } };
  expect(await (await app.request("/where", init, { peerAddress: "10.0.0.9" })).json()).toEqual({
    address: "198.51.100.1",
  });
  expect(await (await app.request("/where", init, { peerAddress: "203.0.113.9" })).json()).toEqual({
    address: "203.0.113.9",
  });
});
