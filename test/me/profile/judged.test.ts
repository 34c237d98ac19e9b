/** What is judged of a change, and what is not: what was stored before stays, and can always be made better. */
import { beforeEach, describe, expect, test } from "vitest";
import { catalogue } from "../../../src/fields/catalogue.ts";
import type { JsonObject, JsonValue } from "../../../src/json.ts";
import { judgeChange } from "../../../src/me/profile/judge.ts";
import { useService } from "../../support/fixtures.ts";
import { upstreamWrites, useFreshDays } from "../../support/people.ts";
import { stepUp } from "../../support/service.ts";
import { storeAtTenant, storeInVault } from "../../support/stored.ts";

const service = useService();
useFreshDays(service);

const alice = service.as("alice");
const outcome = async (patch: JsonObject, headers: Record<string, string> = {}) => {
  service.tenant.requests.clear();
  const { status, body } = await alice("PATCH", "/me", patch, headers);
  const [write] = upstreamWrites(service);
  return { status, code: body.code, pointer: body.errors?.[0]?.pointer, sent: write?.body };
};
const unchanged = { status: 200, code: undefined, pointer: undefined, sent: undefined };

describe("an object", () => {
  beforeEach(() => storeAtTenant(service, "alice", { profile: {}, customData: {} }));

  test.each<[string, JsonObject, JsonObject]>([
    ["an address", { profile: { address: {} } }, { profile: { address: {} } }],
    ["preferences", { customData: { preferences: {} } }, { customData: { preferences: {} } }],
  ])("without members makes %s of what was unset, as a merge patch does", async (_what, patch, sent) => {
    expect(await outcome(patch)).toEqual({ ...unchanged, sent });
  });

  test("whose members are all null leaves unset what is unset", async () => {
    expect(await outcome({ profile: { address: { country: null } } })).toEqual(unchanged);
  });

  test("has no member because every object has one of that name", async () => {
    storeAtTenant(service, "alice", { customData: { preferences: { theme: "dark" } } });
    expect(await outcome({ customData: { preferences: { toString: null } } })).toEqual(unchanged);
    const pointer = "/profile/address/valueOf";
    expect(await outcome({ profile: { address: { country: "NO", valueOf: null } } })).toMatchObject({
      ...{ status: 422, code: "unknown_field", pointer },
    });
  });

  test("loses a member that nobody knows any more, and is refused one that it never had", async () => {
    storeAtTenant(service, "alice", { profile: { address: { planet: "Mars", country: "NO" } } });
    expect(await outcome({ profile: { address: { planet: null } } })).toMatchObject({
      ...{ status: 200, sent: { profile: { address: { country: "NO" } } } },
    });
    expect(await outcome({ profile: { address: { planet: null } } })).toMatchObject({
      ...{ status: 422, code: "unknown_field", pointer: "/profile/address/planet" },
    });
  });
});

describe("a list of payment methods", () => {
  const methods = (count: number): JsonValue[] =>
    Array.from({ length: count }, (_, index) => ({
      ...{ token: `tok_${index}`, brand: "visa", last4: "4242", expiry: "12/30" },
    }));

  test.each<[number, number, number]>([
    [19, 20, 200],
    [20, 21, 422],
    [25, 26, 422],
    [25, 25, 200],
    [25, 24, 200],
  ])("of %i takes one of %i: %i", async (before, after, status) => {
    await storeInVault(service, "alice", { paymentMethods: methods(before) });
    const changed = [...methods(after - 1), { token: "new", brand: "amex", last4: "0005", expiry: "01/31" }];
    const proof = await stepUp(service, "alice");
    expect((await outcome({ business: { paymentMethods: changed } }, proof)).status).toBe(status);
  });
});

describe("a card's number", () => {
  const card = "4111 1111 1111 1111";
  const noted = (...notes: string[]) => ({ customData: { preferences: { notes } } });

  test("that is stored already stays, beside whatever is added", async () => {
    storeAtTenant(service, "alice", noted(card));
    expect(await outcome(noted(card, "milk"))).toMatchObject({ status: 200, sent: noted(card, "milk") });
    expect(await outcome(noted(card, `${card} again`))).toMatchObject({ code: "card_number_refused" });
  });

  test("in an address is none: a code has proven that the address receives messages", () => {
    const judge = (pointer: string, value: string) => {
      const field = catalogue.find((candidate) => candidate.pointer === pointer);
      const change = { stored: null, patch: value, change: value, after: value };
      return field && judgeChange(field, change).map(({ code }) => code);
    };
    expect(judge("/primaryEmail", "4111111111111111@example.test")).toEqual([]);
    expect(judge("/name", "4111111111111111")).toEqual(["card_number_refused"]);
  });
});
