/** The profile over HTTP, on every runtime. */
import { expect, test } from "vitest";
import type { RunningService } from "../../support/runtimes.ts";
import { stepUp } from "../../support/service.ts";

export function profileContract(service: RunningService) {
  const writes = () => service.tenant.requests.count("PATCH", /^\/api\/users\/\w+$/);

  test("is alive, ready, and describes itself", async () => {
    const { anonymous } = service;
    expect((await anonymous("GET", "/healthz")).body).toEqual({ status: "ok" });
    expect((await anonymous("GET", "/readyz")).body).toMatchObject({ status: "ready" });
    expect((await anonymous("GET", "/openapi.json")).body.openapi).toBe("3.1.0");
    expect(
      (await service.as("alice")("GET", "/me/schema")).body.properties.business.properties.ssn,
    ).toMatchObject({
      "x-masked": true,
    });
  });

  test("refuses a caller without credentials, with every header", async () => {
    const { status, headers, body } = await service.anonymous("GET", "/me");
    expect(status).toBe(401);
    expect(body).toMatchObject({
      type: "https://profile.example.test/problems/unauthenticated",
      code: "unauthenticated",
      requestId: headers.get("x-request-id"),
    });
    expect(Object.fromEntries(headers)).toMatchObject({
      "content-type": "application/problem+json",
      "www-authenticate": "Bearer",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "strict-transport-security": expect.stringContaining("max-age=63072000"),
    });
  });

  test("stores each value in its canonical form", async () => {
    const bob = service.as("bob");
    const spelled = { locale: "en_us", zoneinfo: "EUROPE/OSLO", website: "https://пример.рф/ " };
    const { status, body } = await bob("PATCH", "/me", { profile: spelled });
    expect({ status, profile: body.profile }).toMatchObject({
      status: 200,
      profile: { locale: "en-US", zoneinfo: "Europe/Oslo", website: "https://пример.рф/" },
    });
    const refused = await bob("PATCH", "/me", { profile: { zoneinfo: "+01:00", locale: "no tag" } });
    expect(refused.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      "/profile/zoneinfo",
      "/profile/locale",
    ]);
  });

  test("shows the document with an entity tag", async () => {
    const { status, headers, body } = await service.as("carol")("GET", "/me");
    expect(status).toBe(200);
    expect(headers.get("etag")).toMatch(/^"[\w-]{22}"$/);
    expect(body).toMatchObject({
      id: service.userId("carol"),
      username: "carol",
      primaryEmail: "carol@example.test",
      customData: { newsletter: null, preferences: null },
      business: { ssn: null },
      hasPassword: true,
    });
    const known = { "if-none-match": headers.get("etag") ?? "" };
    const again = await service.as("carol")("GET", "/me", undefined, known);
    expect({ status: again.status, tag: again.headers.get("etag"), text: again.text }).toEqual({
      status: 304,
      tag: known["if-none-match"],
      text: "",
    });
  });

  test("changes one nested field with one Logto write, and removes what is null", async () => {
    const alice = service.as("alice");
    await alice("PATCH", "/me", {
      profile: { nickname: "Al", address: { locality: "Bergen", country: "NO" } },
    });
    const { status, body } = await alice("PATCH", "/me", {
      profile: { address: { locality: "Oslo" }, nickname: null },
    });
    expect(status).toBe(200);
    expect(body.profile.address).toMatchObject({ locality: "Oslo", country: "NO" });
    expect(body.profile.nickname).toBeNull();
    expect(writes()).toBe(2);
    expect((await alice("GET", "/me", undefined, { "cache-control": "no-cache" })).body).toEqual(body);
  });

  test("keeps custom data of other applications, and never shows it", async () => {
    const user = service.tenant.state.users.get(service.userId("bob"));
    if (!user) throw new Error("bob is missing");
    user.customData = { crm: { score: 7 } };
    const { body } = await service.as("bob")("PATCH", "/me/custom-data", { newsletter: true });
    expect(body).toEqual({ preferences: null, newsletter: true, contactPhone: null });
    expect(service.tenant.state.users.get(user.id)?.customData).toEqual({
      crm: { score: 7 },
      newsletter: true,
    });
  });

  test("applies one of two changes with one entity tag, and refuses the other", async () => {
    const alice = service.as("alice");
    const tag = (await alice("GET", "/me")).headers.get("etag") ?? "";
    const answers = await Promise.all(
      ["One", "Two"].map((name) => alice("PATCH", "/me", { name }, { "if-match": tag })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
  });

  test("keeps all of ten concurrent changes to disjoint fields", async () => {
    const names = Array.from({ length: 10 }, (_, index) => `k${index}`);
    const answers = await Promise.all(
      names.map((name) =>
        service.as("alice")("PATCH", "/me", { customData: { preferences: { [name]: name } } }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(names.map(() => 200));
    const { body } = await service.as("alice")("GET", "/me/custom-data");
    expect(body.preferences).toMatchObject(Object.fromEntries(names.map((name) => [name, name])));
  });

  test.each<[string, string, unknown, Record<string, string>, number, string]>([
    ["an unknown field", "/me", { id: "someone" }, {}, 422, "unknown_field"],
    ["a read-only field", "/me", { createdAt: "2020-01-01T00:00:00Z" }, {}, 422, "read_only_field"],
    ["a name longer than Logto reads back", "/me", { name: "😀".repeat(65) }, {}, 422, "validation_failed"],
    ["a card number", "/me", { name: "4242 4242 4242 4242" }, {}, 422, "card_number_refused"],
    ["a username that somebody has", "/me", { username: "carol" }, {}, 409, "identifier_taken"],
    ["a user id in the query", "/me?userId=bob", {}, {}, 400, "bad_request"],
    ["duplicate keys", "/me", '{"name":"a","name":"b"}', {}, 400, "malformed_json"],
    ["a lone surrogate", "/me", '{"name":"\\ud800"}', {}, 400, "malformed_json"],
    ["a body over 64 KiB", "/me", { name: "x".repeat(65_536) }, {}, 413, "body_too_large"],
    ["plain text", "/me", "{}", { "content-type": "text/plain" }, 415, "unsupported_media_type"],
    ["a path in disguise", "/me/..%2fhealthz", {}, {}, 404, "not_found"],
    [
      "a sensitive field without step-up",
      "/me/business",
      { ssn: "521-73-8846" },
      {},
      403,
      "step_up_required",
    ],
  ])("refuses %s", async (_what, path, body, headers, status, code) => {
    const answer = await service.as("alice")("PATCH", path, body, headers);
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
    expect(writes()).toBe(code === "identifier_taken" ? 1 : 0);
  });

  test("seals business fields, shows them masked, and reveals them on record", async () => {
    const alice = service.as("alice");
    const proof = await stepUp(service, "alice");
    const stored = await alice("PATCH", "/me/business", { ssn: "521-73-8846", gender: "female" }, proof);
    expect(stored.body).toMatchObject({ ssn: { masked: "•••••8846" }, gender: "female", ethnicity: null });
    expect((await alice("POST", "/me/business/reveal", { fields: ["ssn"] })).status).toBe(403);
    const revealed = await alice("POST", "/me/business/reveal", { fields: ["ssn"] }, proof);
    expect(revealed.body).toEqual({ ssn: "521-73-8846" });
    expect((await alice("GET", "/me")).body.business.ssn).toEqual({ masked: "•••••8846" });
    expect((await service.as("carol")("GET", "/me/business")).body.ssn).toBeNull();
  });

  test("has one effect and one answer for a request that is sent again", async () => {
    const key = { "idempotency-key": "once" };
    const send = () => service.as("carol")("PATCH", "/me", { name: "Once" }, key);
    const answers = [...(await Promise.all([send(), send(), send()])), await send()];
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(writes()).toBe(1);
    const other = await service.as("carol")("PATCH", "/me", { name: "Twice" }, key);
    expect({ status: other.status, code: other.body.code }).toEqual({
      status: 409,
      code: "idempotency_conflict",
    });
  });

  test("costs one upstream read for readers that come together", async () => {
    const fresh = { "cache-control": "no-cache" };
    await service.as("dave")("GET", "/me", undefined, fresh);
    service.tenant.requests.clear();
    await Promise.all(Array.from({ length: 10 }, () => service.as("dave")("GET", "/me")));
    expect(service.tenant.requests.all()).toEqual([]);
  });
}
