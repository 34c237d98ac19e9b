import { expect, test } from "vitest";
import { createTokenCache } from "../../src/http/token-cache.ts";
import { userIdSchema } from "../../src/user-id.ts";

const claims = (expiresAt: number) => ({
  userId: userIdSchema.parse("alice"),
  clientId: "page",
  scopes: new Set<string>(),
  expiresAt,
});

const create = (now = () => 0) =>
  createTokenCache({ capacity: 2, isCurrent: (kid) => kid === "key-1", toleranceMs: 5000, now });

test("forgets the token that was used longest ago when it is full", () => {
  const cache = create();
  cache.set("a", "key-1", claims(1));
  cache.set("b", "key-1", claims(1));
  cache.get("a");
  cache.set("c", "key-1", claims(1));
  expect(["a", "b", "c"].map((key) => cache.get(key) !== undefined)).toEqual([true, false, true]);
});

test("forgets a token past its expiry and tolerance, and for good once its key is gone", () => {
  let now = 6000;
  const cache = create(() => now);
  cache.set("a", "key-1", claims(1000));
  expect(cache.get("a")).toBeDefined();
  now = 6001;
  expect(cache.get("a")).toBeUndefined();
  cache.set("b", "withdrawn", claims(9000));
  expect(cache.get("b")).toBeUndefined();
});
