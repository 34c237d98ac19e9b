/** Exact lists of what the service answers and of what it asks Logto for: an addition fails a test. */
import { beforeAll, describe, expect, test } from "vitest";
import { endpoints } from "../../src/logto/endpoints.ts";
import { useService } from "../support/fixtures.ts";
import { listCalls, sampleBody } from "../support/routes.ts";
import { type Call, sendCode, stepUp } from "../support/service.ts";

const service = useService();
const alice = service.as("alice");
beforeAll(() => {
  Object.assign(service.tenant.state.users.get(service.userId("alice")), {
    identities: { github: { userId: "marker-identity", details: { email: "marker-identity@x.test" } } },
    customData: { newsletter: true, plan: "marker-plan", preferences: { theme: "dark" }, admin: true },
    applicationId: "marker-application",
    profile: { nickname: "Al", secretClaim: "marker-claim" },
  });
});

/** The members of a value by name, and the kinds of what they hold. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (typeof value !== "object" || value === null) return value === null ? null : typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shapeOf(member)]));
}
const names = (value: object) => Object.keys(value).sort();

describe("an answer holds exactly its members", () => {
  test("GET /me: nothing of Logto's user that the catalogue does not name", async () => {
    const { body, text } = await alice("GET", "/me");
    expect(names(body)).toEqual(
      "avatar business createdAt customData hasPassword id lastSignInAt name primaryEmail primaryPhone profile updatedAt username".split(
        " ",
      ),
    );
    expect(body.customData).toEqual({ newsletter: true, contactPhone: null, preferences: { theme: "dark" } });
    expect(names(body.profile)).toEqual(
      "address birthdate familyName gender givenName locale middleName nickname preferredUsername profile website zoneinfo".split(
        " ",
      ),
    );
    expect(text).not.toMatch(/marker|argon|digest|isSuspended|identities|applicationId/i);
  });

  test("GET /me/custom-data: keys of the catalogue alone", async () => {
    const { body } = await alice("GET", "/me/custom-data");
    expect(body).toEqual({ newsletter: true, contactPhone: null, preferences: { theme: "dark" } });
  });

  test("GET and PATCH /me/business: every field, masked where it says so", async () => {
    const proof = await stepUp(service, "alice");
    const method = { token: "tok_secret_token", brand: "visa", last4: "4242", expiry: "12/30" };
    const values = { ssn: "521-73-8846", paymentMethods: [method], gender: "female" };
    const patched = await alice("PATCH", "/me/business", values, proof);
    const shown = {
      dateOfBirth: null,
      ethnicity: null,
      gender: "female",
      mailingAddress: null,
      paymentMethods: { masked: "visa •••••4242" },
      ssn: { masked: "•••••8846" },
    };
    expect(patched.body).toEqual(shown);
    expect((await alice("GET", "/me/business")).body).toEqual(shown);
    const revealed = await alice("POST", "/me/business/reveal", { fields: ["gender", "ssn"] }, proof);
    expect(revealed.body).toEqual({ gender: "female", ssn: "521-73-8846" });
  });

  test("GET /me/schema: what each field is, and nothing of its value", async () => {
    const { body } = await alice("GET", "/me/schema");
    expect(names(body)).toEqual([
      "$defs",
      "$schema",
      "additionalProperties",
      "properties",
      "required",
      "type",
    ]);
    expect(names(body.$defs)).toEqual(["ProfilePatch"]);
    expect(names(body.properties)).toEqual(names((await alice("GET", "/me")).body));
    expect(names(body.properties.business.properties)).toEqual(
      names((await alice("GET", "/me/business")).body),
    );
    expect(names(body.properties.business.properties.ssn)).toEqual(
      ["anyOf", "readOnly", "x-masked", "x-step-up", "x-storage"].sort(),
    );
  });

  test("GET /me/activity: who, when and what, never with which value", async () => {
    const { body } = await alice("GET", "/me/activity");
    expect(names(body)).toEqual(["completeSince", "gapFound", "items"]);
    for (const item of body.items) {
      expect(names(item)).toEqual(["at", "clientId", "detail", "event", "id", "requestId"]);
    }
    const details = new Set(body.items.flatMap(({ detail }: { detail: object }) => Object.keys(detail)));
    expect([...details].sort()).toEqual(["fields", "method"]);
  });

  test("the password and the code calls", async () => {
    const shapes = {
      has: shapeOf((await alice("GET", "/me/has-password")).body),
      check: shapeOf((await alice("POST", "/me/password/check", { password: "short" })).body),
      verify: shapeOf((await alice("POST", "/me/password/verify", { password: "alice-password-1" })).body),
      send: shapeOf((await alice("POST", "/me/verification-codes", { email: "alice@example.test" })).body),
    };
    expect(shapes).toEqual({
      has: { hasPassword: "boolean" },
      check: { ok: "boolean", issues: [{ code: "string", params: { min: "number" } }] },
      verify: { verificationId: "string", expiresAt: "string" },
      send: { sentTo: "string", expiresAt: "string", resendAfter: "string" },
    });
  });
});

test("a change of the name leaves all custom data, a nested key its siblings, and null takes one key", async () => {
  const customData = () => service.tenant.state.users.get(service.userId("alice"))?.customData;
  const before = structuredClone(customData());
  await alice("PATCH", "/me", { name: "Only The Name" });
  expect(customData()).toEqual(before);
  await alice("PATCH", "/me", { customData: { preferences: { lang: "no" } } });
  expect(customData()).toEqual({ ...before, preferences: { theme: "dark", lang: "no" } });
  await alice("PATCH", "/me/custom-data", { preferences: { theme: null } });
  expect(customData()).toEqual({ ...before, preferences: { lang: "no" } });
});

test("a tour of every call reaches only the listed pairs of method and path, and only the caller's own", async () => {
  service.tenant.requests.clear();
  service.platform.advance(3_600_000);
  const calls = await listCalls(service);
  for (const call of calls) await alice(call.method, call.path, sampleBody(call));
  const code = await sendCode(service, "bob", { email: "bob@example.test" });
  const bob = service.as("bob");
  await bob("POST", "/me/verification-codes/verify", { email: "bob@example.test", verificationCode: code });
  const proof = await stepUp(service, "bob");
  await bob("PATCH", "/me/password", { password: "correct-horse-battery" }, proof);
  await bob("PATCH", "/me", { username: "bob_2" }, await again(bob, "correct-horse-battery"));

  const listed = Object.values(endpoints).map(({ method, path, ...rest }) => ({
    method: method.toUpperCase(),
    path: new RegExp(`^/${path.replaceAll(/\{\w+\}/g, "[\\w-]+")}$`),
    query: new RegExp(`^${("query" in rest ? rest.query : "").replaceAll(/\{\w+\}/g, "[^&]+")}$`),
  }));
  const reached = service.tenant.requests.all().filter(({ path }) => !path.startsWith("/oidc/"));
  expect(reached.length).toBeGreaterThan(10);
  // The tenant's log is everybody's: only the query says whose entries are asked for.
  const ofLog = new RegExp(`^userId=${service.userId("alice")}&logKey=[\\w.]+&[\\w=&]+$`);
  for (const { method, path, query } of reached) {
    const isListed = (one: (typeof listed)[number]) =>
      one.method === method && one.path.test(path) && one.query.test(query);
    expect(listed.filter(isListed)).toHaveLength(1);
    if (path === "/api/logs") expect(query).toMatch(ofLog);
    const user = /^\/api\/users\/([^/]+)/.exec(path)?.[1];
    if (user) expect([service.userId("alice"), service.userId("bob")]).toContain(user);
  }
});

async function again(call: Call, password: string) {
  const { body } = await call("POST", "/me/password/verify", { password });
  return { "verification-id": String(body.verificationId) };
}

test("300 interleaved requests of two people: each reads and changes only their own document", async () => {
  const people = ["alice", "carol"] as const;
  const answers = await Promise.all(
    Array.from({ length: 300 }, async (_, index) => {
      const name = people[index % 2] ?? "alice";
      if (index % 10 < 2) service.platform.advance(16_000);
      const path = ["/me", "/me/business", "/me/custom-data", "/me/activity"][(index >> 1) % 4] ?? "/me";
      const { status, body, text } = await service.as(name)("GET", path);
      const foreign = people.filter((other) => other !== name);
      const leaked = foreign.some((other) => text.includes(`dev${other}`) || text.includes(`${other}@`));
      return { status, own: path !== "/me" || body.username === name, leaked };
    }),
  );
  expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
    new Set([JSON.stringify({ status: 200, own: true, leaked: false })]),
  );
  const names = await Promise.all(
    Array.from({ length: 30 }, async (_, index) => {
      const name = people[index % 2] ?? "alice";
      const { body } = await service.as(name)("PATCH", "/me", { profile: { nickname: `${name}-${index}` } });
      return body.username === name && body.profile.nickname === `${name}-${index}`;
    }),
  );
  expect(names.every(Boolean)).toBe(true);
});
