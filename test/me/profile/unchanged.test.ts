/** What equals the store is no change: it is not judged, needs no proof, and never blocks another change. */
import { beforeEach, describe, expect, test } from "vitest";
import type { JsonObject } from "../../../src/json.ts";
import { useService } from "../../support/fixtures.ts";
import { lastActivity, upstreamWrites, useFreshDays } from "../../support/people.ts";
import { type Answer, stepUp } from "../../support/service.ts";
import { storeAtTenant, storeInVault } from "../../support/stored.ts";

const service = useService();
useFreshDays(service);
const alice = service.as("alice");
const card = "4242 4242 4242 4242";
const longText = "x".repeat(20_000);

const nothing = { avatar: null, profile: {}, customData: {} };
beforeEach(async () => {
  storeAtTenant(service, "alice", nothing);
  await storeInVault(service, "alice", {});
});

const stored = () => service.tenant.state.users.get(service.userId("alice"));
const patch = (body: unknown, headers?: Record<string, string>) => alice("PATCH", "/me", body, headers);
const outcome = ({ status, body }: Answer) => ({
  status,
  ...(body.code ? { code: body.code, pointer: body.errors?.[0].pointer } : {}),
});

describe("a stored value that is sent back beside a new name", () => {
  test.each<[string, JsonObject, JsonObject]>([
    [
      "an address in another case",
      { primaryEmail: "Mixed.Case@Example.com" },
      { primaryEmail: "Mixed.Case@Example.com" },
    ],
    [
      "an address in lower case",
      { primaryEmail: "Mixed.Case@Example.com" },
      { primaryEmail: "mixed.case@example.com" },
    ],
    ["an address that is none", { primaryEmail: "a@b@c.d" }, { primaryEmail: "a@b@c.d" }],
    [
      "a phone number with a trunk zero",
      { primaryPhone: "4407400999999" },
      { primaryPhone: "+44 7400 999999" },
    ],
    ["a phone number of no country", { primaryPhone: "12345" }, { primaryPhone: "12345" }],
    ["a phone number that is unset", { primaryPhone: null }, { primaryPhone: "" }],
    ["a username of other characters", { username: "alice.smith-1" }, { username: "alice.smith-1" }],
    [
      "a plain http avatar",
      { avatar: "http://old.example.test/132" },
      { avatar: "http://old.example.test/132" },
    ],
    [
      "an avatar that is data",
      { avatar: "data:image/png;base64,AA==" },
      { avatar: "data:image/png;base64,AA==" },
    ],
    [
      "a nickname that is a card number",
      { profile: { nickname: card } },
      { profile: { nickname: card, givenName: "A" } },
    ],
    [
      "a birthdate in the future",
      { profile: { birthdate: "2999-01-01" } },
      { profile: { birthdate: "2999-01-01" } },
    ],
    ["a language with an underscore", { profile: { locale: "en_US" } }, { profile: { locale: "en-us" } }],
    [
      "a time zone that is an offset",
      { profile: { zoneinfo: "+02:00" } },
      { profile: { zoneinfo: "+02:00" } },
    ],
    [
      "a text that is too long",
      { profile: { nickname: longText } },
      { profile: { nickname: longText, givenName: "" } },
    ],
    ["a text that is no text", { customData: { newsletter: "yes" } }, { customData: { newsletter: "yes" } }],
    [
      "a group whose members are unset",
      {},
      { profile: { nickname: null, address: null }, customData: { preferences: null }, business: null },
    ],
    ["an object that is unset", {}, { profile: { address: { locality: "", region: null } } }],
    [
      "an address with a member that only the tenant knows",
      { profile: { address: { planet: "Mars", locality: "Bergen" } } },
      { profile: { address: { planet: "Mars", locality: "Bergen" } } },
    ],
  ])("%s", async (_what, held, sent) => {
    storeAtTenant(service, "alice", held);
    const name = "A new name";
    const { status, body } = await patch({ ...sent, name });
    expect({ status, name: body.name }).toEqual({ status: 200, name });
    const extra = "profile" in sent && JSON.stringify(sent).includes('"givenName":"A"');
    expect(await lastActivity(service, "alice")).toEqual({
      event: "profile.updated",
      detail: { fields: extra ? ["/profile/givenName", "/name"] : ["/name"] },
    });
    expect(stored()).toMatchObject(held);
  });
});

test("an address that was proven and is equal in canonical form is no change", async () => {
  storeAtTenant(service, "alice", { primaryEmail: "Mixed.Case@Example.com" });
  const { status, body } = await patch(
    { primaryEmail: " MIXED.case@example.com" },
    await stepUp(service, "alice"),
  );
  expect({ status, primaryEmail: body.primaryEmail }).toEqual({
    status: 200,
    primaryEmail: "Mixed.Case@Example.com",
  });
});

test("the whole document, sent back as it was read, changes nothing", async () => {
  storeAtTenant(service, "alice", {
    avatar: "http://old.example.test/132",
    profile: { address: { streetAddress: "", planet: "Mars" }, nickname: card },
    customData: { preferences: { note: longText, card }, crm: 1 },
  });
  await storeInVault(service, "alice", {
    ssn: "12345678",
    paymentMethods: [{ token: card, brand: "visa", last4: "42", expiry: "never" }],
    mailingAddress: { streetAddress: "a\u0007" },
  });
  const { body: document } = await alice("GET", "/me");
  service.tenant.requests.clear();
  const { status, body } = await patch(document);
  expect({ status, body }).toEqual({ status: 200, body: document });
  expect(upstreamWrites(service)).toEqual([]);

  const named = await patch({ ...document, name: "Only this" });
  expect(outcome(named)).toEqual({ status: 200 });
  expect(await lastActivity(service, "alice")).toMatchObject({ detail: { fields: ["/name"] } });
});

describe("a member that nobody can change", () => {
  test.each<[string, JsonObject, string]>([
    ["another id", { id: "devbob000000" }, "unknown_field"],
    ["no id", { id: null }, "unknown_field"],
    ["another time of the last change", { updatedAt: "2020-01-01T00:00:00.000Z" }, "read_only_field"],
    ["another time of the last sign-in", { lastSignInAt: "2020-01-01T00:00:00.000Z" }, "read_only_field"],
    ["no password", { hasPassword: false }, "read_only_field"],
  ])("is refused with another value: %s", async (_what, body, code) => {
    const pointer = `/${Object.keys(body)[0]}`;
    expect(outcome(await patch({ ...body, name: "New" }))).toEqual({ status: 422, code, pointer });
    expect(upstreamWrites(service)).toEqual([]);
  });
});

describe("in an object, only what the patch touches is judged", () => {
  test.each<[string, JsonObject, JsonObject, unknown]>([
    [
      "an empty sibling",
      { profile: { address: { streetAddress: "" } } },
      { profile: { address: { locality: "Bergen" } } },
      { streetAddress: "", locality: "Bergen" },
    ],
    [
      "a sibling that is a card number",
      { profile: { address: { streetAddress: card } } },
      { profile: { address: { locality: "Bergen" } } },
      { streetAddress: card, locality: "Bergen" },
    ],
    [
      "a member that is cleared with an empty text",
      { profile: { address: { locality: "Bergen", region: "Vestland" } } },
      { profile: { address: { locality: "" } } },
      { region: "Vestland" },
    ],
  ])("%s", async (_what, held, sent, address) => {
    storeAtTenant(service, "alice", held);
    const { status, body } = await patch(sent);
    expect({ status, address: body.profile.address }).toEqual({ status: 200, address });
  });

  test.each<[string, JsonObject, JsonObject, unknown]>([
    ["a card number", { a: card }, { b: 1 }, { a: card, b: 1 }],
    ["a card number in the same object", { a: { c: card } }, { a: { d: 1 } }, { a: { c: card, d: 1 } }],
    ["a card number as a name", { [card]: { a: 0 } }, { [card]: { a: 1 } }, { [card]: { a: 1 } }],
    ["a card number in the same array", { a: [card] }, { a: [card, 1] }, { a: [card, 1] }],
    ["a name that is too long", { ["n".repeat(200)]: 1 }, { b: 1 }, { ["n".repeat(200)]: 1, b: 1 }],
    ["more than the map may hold", { a: longText }, { theme: "dark" }, { a: longText, theme: "dark" }],
    [
      "what reaches a prototype",
      { a: { constructor: { prototype: { x: 1 } } } },
      { b: 1 },
      { a: { constructor: { prototype: { x: 1 } } }, b: 1 },
    ],
  ])("preferences that hold %s take another change", async (_what, preferences, sent, after) => {
    storeAtTenant(service, "alice", { customData: { preferences } });
    const { status, body } = await patch({ customData: { preferences: sent } });
    expect({ status, preferences: body.customData.preferences }).toEqual({ status: 200, preferences: after });
  });

  test("a business address keeps what an older release stored", async () => {
    await storeInVault(service, "alice", { mailingAddress: { streetAddress: "a\u0007", postcode: "5003" } });
    const { status, body } = await alice("PATCH", "/me/business", { mailingAddress: { locality: "Bergen" } });
    expect({ status, mailingAddress: body.mailingAddress }).toEqual({
      status: 200,
      mailingAddress: { streetAddress: "a\u0007", postcode: "5003", locality: "Bergen" },
    });
  });
});

describe("what is touched is judged still", () => {
  const held = {
    profile: { address: { locality: card }, nickname: "x" },
    customData: { preferences: { a: { c: card }, list: [card], note: longText } },
  };
  test.each<[string, JsonObject, string, string]>([
    [
      "a card number in another member",
      { profile: { address: { region: card } } },
      "card_number_refused",
      "/profile/address",
    ],
    [
      "a card number that has moved",
      { customData: { preferences: { b: card } } },
      "card_number_refused",
      "/customData/preferences",
    ],
    [
      "a further card number",
      { customData: { preferences: { list: [card, "4111111111111111"] } } },
      "card_number_refused",
      "/customData/preferences",
    ],
    [
      "a member that is not there",
      { profile: { address: { planet: "Mars" } } },
      "unknown_field",
      "/profile/address/planet",
    ],
    [
      "the removal of a member that is not there",
      { profile: { address: { planet: null } } },
      "unknown_field",
      "/profile/address/planet",
    ],
    [
      "preferences that grow beyond every limit",
      {
        customData: {
          preferences: {
            b: "y".repeat(15_000),
            c: "y".repeat(15_000),
            d: "y".repeat(15_000),
            e: "y".repeat(1_000),
          },
        },
      },
      "validation_failed",
      "/customData/preferences",
    ],
    [
      "an object that becomes a text",
      { profile: { address: "Bergen" } },
      "validation_failed",
      "/profile/address",
    ],
  ])("%s", async (_what, sent, code, pointer) => {
    storeAtTenant(service, "alice", held);
    expect(outcome(await patch(sent))).toEqual({ status: 422, code, pointer });
    expect(upstreamWrites(service)).toEqual([]);
  });

  test("preferences within their limit may not grow beyond it", async () => {
    storeAtTenant(service, "alice", { customData: { preferences: { note: "x".repeat(10_000) } } });
    const refused = await patch({ customData: { preferences: { more: "x".repeat(10_000) } } });
    expect(outcome(refused)).toEqual({
      status: 422,
      code: "validation_failed",
      pointer: "/customData/preferences",
    });
  });
});

describe("a masked field", () => {
  const method = { token: "tok_1", brand: "visa", last4: "4242", expiry: "12/30" };
  const old = { token: card, brand: "visa", last4: "42", expiry: "never" };

  test("sent back as it was read is no change, and no proof is asked for", async () => {
    await storeInVault(service, "alice", { ssn: "521-73-8846", paymentMethods: [method] });
    const { body: business } = await alice("GET", "/me/business");
    const { status, body } = await alice("PATCH", "/me/business", { ...business, gender: "female" });
    expect({ status, body }).toEqual({ status: 200, body: { ...business, gender: "female" } });
  });

  test("with another mask is refused as the wrong value that it is", async () => {
    await storeInVault(service, "alice", { ssn: "521-73-8846" });
    for (const ssn of [{ masked: "•••••0000" }, { masked: "•••••8846", more: 1 }]) {
      expect(outcome(await alice("PATCH", "/me/business", { ssn }))).toMatchObject({
        status: 422,
        code: "validation_failed",
      });
    }
  });

  test.each(["521-73-8846", "12345678"])("tells nobody without step-up whether it is %s", async (ssn) => {
    await storeInVault(service, "alice", { ssn });
    const answers = [];
    for (const guess of ["521-73-8846", "521-73-8840", "12345678", "12345679"])
      answers.push(outcome(await alice("PATCH", "/me/business", { ssn: guess })));
    const asked = { status: 403, code: "step_up_required", pointer: undefined };
    const invalid = { status: 422, code: "validation_failed", pointer: "/ssn" };
    expect(answers).toEqual([asked, asked, invalid, invalid]);
  });

  test("with the stored value, after step-up, is no change, whatever today's rules think of it", async () => {
    await storeInVault(service, "alice", { ssn: "12345678", paymentMethods: [old] });
    const record = await stepUp(service, "alice");
    const same = { ssn: "12345678", paymentMethods: [old], gender: "female" };
    expect(outcome(await alice("PATCH", "/me/business", same, record))).toEqual({ status: 200 });
    expect(await lastActivity(service, "alice")).toMatchObject({ detail: { fields: ["/business/gender"] } });
  });

  test("is removed after step-up alone, and to remove what is unset is no change", async () => {
    for (const nothing of [null, ""])
      expect(outcome(await alice("PATCH", "/me/business", { ssn: nothing }))).toEqual({ status: 200 });
    await storeInVault(service, "alice", { ssn: "521-73-8846" });
    for (const nothing of [null, ""])
      expect(outcome(await alice("PATCH", "/me/business", { ssn: nothing }))).toMatchObject({ status: 403 });
    expect(outcome(await patch({ business: null }))).toMatchObject({ status: 403 });
    const removed = await alice("PATCH", "/me/business", { ssn: null }, await stepUp(service, "alice"));
    expect({ status: removed.status, ssn: removed.body.ssn }).toEqual({ status: 200, ssn: null });
  });

  test("that is a list takes another element beside an old one", async () => {
    await storeInVault(service, "alice", { paymentMethods: [old] });
    const record = await stepUp(service, "alice");
    const both = { paymentMethods: [old, method] };
    expect(outcome(await alice("PATCH", "/me/business", both, record))).toEqual({ status: 200 });
    const bad = { paymentMethods: [old, method, { ...method, last4: "x" }] };
    expect(outcome(await alice("PATCH", "/me/business", bad, record))).toEqual({
      status: 422,
      code: "validation_failed",
      pointer: "/paymentMethods/2/last4",
    });
  });

  test("that cannot be read is hidden whole, and the document is shown", async () => {
    await storeInVault(service, "alice", { paymentMethods: "tok_1", ssn: 12 });
    const { status, body } = await alice("GET", "/me");
    expect({ status, business: body.business }).toMatchObject({
      status: 200,
      business: { paymentMethods: { masked: "•••••" }, ssn: { masked: "•••••12" } },
    });
  });
});

test.each<[string, JsonObject]>([
  ["name", { name: "Alice" }],
  ["avatar", { avatar: "https://img.example.test/a.png" }],
  ["birthdate", { profile: { birthdate: "1990-01-01" } }],
  ["website", { profile: { website: "https://example.test/" } }],
  ["gender", { business: { gender: "female" } }],
])("an empty text clears %s", async (name, set) => {
  expect(outcome(await patch(set))).toEqual({ status: 200 });
  const emptied = JSON.parse(JSON.stringify(set, (_name, value) => (typeof value === "string" ? "" : value)));
  const { status, body } = await patch(emptied);
  expect(status).toBe(200);
  const { profile, business, ...top } = body;
  expect({ ...top, ...profile, ...("business" in set ? business : {}) }).toMatchObject({ [name]: null });
});
