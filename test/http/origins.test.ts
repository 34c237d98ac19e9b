/** Which pages may call, by the settings of the service: what it lists, and this machine in development. */
import { expect, test } from "vitest";
import { createOriginMatcher } from "../../src/addresses.ts";

const listed = createOriginMatcher({
  allowedOrigins: [
    "https://app.example.org",
    "https://*.example.com",
    "http://*.localhost:5173",
    "capacitor://localhost",
  ],
  allowsLoopbackOrigins: false,
});

test.each([
  "https://app.example.org",
  "https://a.example.com",
  "https://xn--80ak6aa92e.example.com",
  "https://pr-12_b.example.com",
  "http://shop.localhost:5173",
  "capacitor://localhost",
])("lets %s call", (origin) => {
  expect(listed(origin)).toBe(true);
});

test.each([
  ["the bare domain", "https://example.com"],
  ["an empty label", "https://.example.com"],
  ["two labels", "https://a.b.example.com"],
  ["another scheme", "http://a.example.com"],
  ["a port that is not listed", "https://a.example.com:8443"],
  ["no port where one is listed", "http://shop.localhost"],
  ["a host that goes on", "https://a.example.com.evil.test"],
  ["a host that ends alike", "https://evilexample.com"],
  ["another host in the label's place", "https://evil.test/.example.com"],
  ["credentials in the label's place", "https://evil.test@.example.com"],
  ["a label in capitals", "https://A.example.com"],
  ["a label of 64 characters", `https://${"a".repeat(64)}.example.com`],
  ["null", "null"],
  ["an empty origin", ""],
  ["loopback", "http://localhost:5173"],
  ["a label in front of an exact origin", "https://a.app.example.org"],
])("gives %s nothing", (_name, origin) => {
  expect(listed(origin)).toBe(false);
});

const development = createOriginMatcher({ allowedOrigins: [], allowsLoopbackOrigins: true });

test.each([
  "http://localhost:5173",
  "http://localhost",
  "http://127.0.0.1:8080",
  "http://[::1]:3000",
  "https://localhost:5173",
])("lets %s call in development", (origin) => {
  expect(development(origin)).toBe(true);
});

test.each([
  "http://localhost.evil.test",
  "http://127.0.0.1.evil.test:5173",
  "http://evil.test#http://localhost",
  "http://localhost@evil.test",
  "http://192.168.0.10:5173",
  "http://0.0.0.0:5173",
  "http://2130706433",
  "file://localhost",
  "capacitor://localhost",
  "https://app.example.org",
  "null",
])("does not let %s call in development", (origin) => {
  expect(development(origin)).toBe(false);
});
