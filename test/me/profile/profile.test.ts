import { beforeEach, describe, expect, test } from "vitest";
import { useService } from "../../support/fixtures.ts";
import type { Call } from "../../support/service.ts";

const service = useService();
const alice = service.as("alice");
beforeEach(() => service.tenant.requests.clear());

const writes = () =>
  service.tenant.requests
    .all()
    .filter(({ method, path }) => method === "PATCH" && path.startsWith("/api/users/"));
const activityOf = async (call: Call) => (await call("GET", "/me/activity")).body.items[0];

describe("GET /me", () => {
  test("shows exactly the document, with a strong entity tag", async () => {
    const { status, headers, body } = await service.as("carol")("GET", "/me");
    expect(status).toBe(200);
    expect(headers.get("etag")).toMatch(/^"[\w-]{22}"$/);
    expect({ ...body, createdAt: "time", updatedAt: "time" }).toMatchInlineSnapshot(`
      {
        "avatar": null,
        "business": {
          "dateOfBirth": null,
          "ethnicity": null,
          "gender": null,
          "mailingAddress": null,
          "paymentMethods": null,
          "ssn": null,
        },
        "createdAt": "time",
        "customData": {
          "contactPhone": null,
          "newsletter": null,
          "preferences": null,
        },
        "hasPassword": true,
        "id": "devcarol0000",
        "lastSignInAt": null,
        "name": "Carol Example",
        "primaryEmail": "carol@example.test",
        "primaryPhone": "12025550113",
        "profile": {
          "address": null,
          "birthdate": null,
          "familyName": null,
          "gender": null,
          "givenName": null,
          "locale": null,
          "middleName": null,
          "nickname": null,
          "preferredUsername": null,
          "profile": null,
          "website": null,
          "zoneinfo": null,
        },
        "updatedAt": "time",
        "username": "carol",
      }
    `);
  });

  test("costs one upstream call for many readers, and none while the snapshot lives", async () => {
    service.platform.advance(16_000);
    const answers = await Promise.all(Array.from({ length: 20 }, () => service.as("bob")("GET", "/me")));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    await service.as("bob")("GET", "/me");
    expect(service.tenant.requests.count("GET", /^\/api\/users\/\w+$/)).toBe(1);
  });

  test("asks Logto again for a request with Cache-Control: no-cache", async () => {
    await service.as("bob")("GET", "/me");
    service.tenant.requests.clear();
    await service.as("bob")("GET", "/me", undefined, { "cache-control": "no-cache" });
    expect(service.tenant.requests.count("GET", /^\/api\/users\/\w+$/)).toBe(1);
  });
});

describe("PATCH /me", () => {
  test("writes one nested field with one Logto write and leaves every sibling", async () => {
    const full = {
      formatted: "A\nB",
      streetAddress: "S 1",
      locality: "Bergen",
      region: "V",
      postalCode: "5003",
      country: "NO",
    };
    await alice("PATCH", "/me", { profile: { nickname: "Al", address: full } });
    service.tenant.requests.clear();
    const { status, body } = await alice("PATCH", "/me", { profile: { address: { locality: "Oslo" } } });
    expect(status).toBe(200);
    expect(body.profile.address).toEqual({ ...full, locality: "Oslo" });
    expect(body.profile.nickname).toBe("Al");
    expect(writes()).toHaveLength(1);
    expect(await activityOf(alice)).toMatchObject({
      event: "profile.updated",
      detail: { fields: ["/profile/address"] },
    });
  });

  test("removes the key that is null and no other", async () => {
    await alice("PATCH", "/me", {
      customData: { preferences: { theme: "dark", lang: "no", list: [1, 2] }, newsletter: true },
    });
    service.tenant.requests.clear();
    const { status, body } = await alice("PATCH", "/me", { customData: { preferences: { theme: null } } });
    expect(status).toBe(200);
    expect(body.customData).toEqual({
      preferences: { lang: "no", list: [1, 2] },
      newsletter: true,
      contactPhone: null,
    });
    expect(writes()).toHaveLength(1);
  });

  test("keeps custom data of other applications, and never shows it", async () => {
    const user = service.tenant.state.users.get(service.userId("bob"));
    if (!user) throw new Error("bob is missing");
    user.customData = { crm: { score: 7 } };
    const { body } = await service.as("bob")("PATCH", "/me", { customData: { newsletter: true } });
    expect(body.customData).toEqual({ preferences: null, newsletter: true, contactPhone: null });
    expect(service.tenant.state.users.get(user.id)?.customData).toEqual({
      crm: { score: 7 },
      newsletter: true,
    });
  });

  test("takes a merge patch by its own media type", async () => {
    const type = { "content-type": "application/merge-patch+json; charset=utf-8" };
    const { status, body } = await alice("PATCH", "/me", { name: "Alice M" }, type);
    expect({ status, name: body.name }).toEqual({ status: 200, name: "Alice M" });
  });

  test("writes nothing where nothing changes", async () => {
    await alice("PATCH", "/me", { name: "Same" });
    service.tenant.requests.clear();
    expect((await alice("PATCH", "/me", { name: "Same" })).status).toBe(200);
    expect((await alice("PATCH", "/me", {})).status).toBe(200);
    expect(writes()).toHaveLength(0);
  });

  test("refuses a name that would brick the user, and the person is still readable", async () => {
    const { status, body } = await alice("PATCH", "/me", { name: "😀".repeat(65) });
    expect(status).toBe(422);
    expect(body).toMatchObject({
      code: "validation_failed",
      errors: [{ pointer: "/name", code: "too_big" }],
    });
    expect(writes()).toHaveLength(0);
    expect((await alice("GET", "/me", undefined, { "cache-control": "no-cache" })).status).toBe(200);
    expect((await alice("PATCH", "/me", { name: "😀".repeat(64) })).status).toBe(200);
  });

  test("applies one of two changes with one entity tag, and refuses the other", async () => {
    const tag = (await alice("GET", "/me")).headers.get("etag") ?? "";
    const answers = await Promise.all(
      ["One", "Two"].map((name) => alice("PATCH", "/me", { name }, { "if-match": tag })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
    expect(answers.find(({ status }) => status === 412)?.body.code).toBe("version_conflict");
  });

  test("keeps all of many concurrent changes to disjoint fields", async () => {
    const names = Array.from({ length: 30 }, (_, index) => `k${index}`);
    const answers = await Promise.all(
      names.map((name) => alice("PATCH", "/me", { customData: { preferences: { [name]: name } } })),
    );
    expect(answers.map(({ status }) => status)).toEqual(names.map(() => 200));
    const { body } = await alice("GET", "/me/custom-data");
    expect(body.preferences).toMatchObject(Object.fromEntries(names.map((name) => [name, name])));
  });

  test.each<[string, unknown, string, string]>([
    ["a value of the wrong type", { name: 5 }, "validation_failed", "/name"],
    ["an unknown member", { nickname: "x" }, "unknown_field", "/nickname"],
    [
      "an unknown member of a group",
      { profile: { favoriteColor: "red" } },
      "unknown_field",
      "/profile/favoriteColor",
    ],
    [
      "an unknown member of an object field",
      { profile: { address: { planet: "x" } } },
      "unknown_field",
      "/profile/address/planet",
    ],
    [
      "custom data outside the catalogue",
      { customData: { plan: "gold" } },
      "unknown_field",
      "/customData/plan",
    ],
    ["a read-only member", { updatedAt: "2020-01-01T00:00:00Z" }, "read_only_field", "/updatedAt"],
    ["a group that is no object", { profile: "x" }, "validation_failed", "/profile"],
    ["a script as avatar", { avatar: "javascript:alert(1)" }, "validation_failed", "/avatar"],
    ["an avatar on an address", { avatar: "https://169.254.169.254/x" }, "validation_failed", "/avatar"],
    ["a plain http avatar", { avatar: "http://img.example.test/a.png" }, "validation_failed", "/avatar"],
    ["a card number in a name", { name: "4242 4242 4242 4242" }, "card_number_refused", "/name"],
    [
      "a card number in preferences",
      { customData: { preferences: { a: [4242424242424242] } } },
      "card_number_refused",
      "/customData/preferences",
    ],
    [
      "a card number as token",
      {
        business: {
          paymentMethods: [{ token: "4242-4242-4242-4242", brand: "visa", last4: "4242", expiry: "12/30" }],
        },
      },
      "card_number_refused",
      "/business/paymentMethods",
    ],
    ["a control character", { name: "a\u0007" }, "validation_failed", "/name"],
    ["a list", [], "validation_failed", ""],
  ])("refuses %s", async (_what, patch, code, pointer) => {
    const { status, body } = await alice("PATCH", "/me", patch);
    expect({ status, code: body.code, pointer: body.errors[0].pointer }).toEqual({
      status: 422,
      code,
      pointer,
    });
    expect(writes()).toHaveLength(0);
  });

  test("refuses to remove the last way to sign in", async () => {
    const dave = service.as("dave");
    const code = await codeTo("dave@example.test");
    const { body: record } = await dave("POST", "/me/verification-codes/verify", {
      email: "dave@example.test",
      verificationCode: code,
    });
    const proof = { "verification-id": String(record.verificationId) };
    const { status, body } = await dave("PATCH", "/me", { primaryEmail: null }, proof);
    expect({ status, code: body.code }).toEqual({ status: 409, code: "last_identifier" });
  });

  async function codeTo(email: string) {
    await service.as("dave")("POST", "/me/verification-codes", { email });
    return service.tenant.messages(email)?.code ?? "";
  }

  test("refuses a username that somebody has", async () => {
    const { status, body } = await alice("PATCH", "/me", { username: "bob" });
    expect({ status, code: body.code, pointer: body.errors[0].pointer }).toEqual({
      status: 409,
      code: "identifier_taken",
      pointer: "/username",
    });
  });
});
