/** The export: everything that is held about a person, in one document that says by its last member that it is whole. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { type TableRules, tables } from "../../../db/tables.ts";
import { tableCoverage, userCoverage } from "../../../src/me/export/coverage.ts";
import { signedInBrowser, useSessionService } from "../../support/browser-session.ts";
import { manage } from "../../support/manage.ts";
import { type Answer, stepUp } from "../../support/service.ts";

const secret = "JBSWY3DPEHPK3PXP";
const name = `<script>alert("1")</script> \u202Egnp.exe 'O\u2066"`;

const service = useSessionService();

let answer: Answer;
beforeAll(async () => {
  const { tenant } = service;
  const id = service.userId("alice");
  Object.assign(tenant.state.users.get(id), {
    name,
    customData: { newsletter: true, preferences: { theme: "dark" }, risk: "marker-of-others" },
    identities: {
      github: { userId: "gh-1", details: { email: "a@hub.test", name, rawData: { code: "marker-code" } } },
    },
    applicationId: "app-of-registration",
    mfa: [
      { id: "m1", createdAt: "2026-01-01T00:00:00.000Z", type: "Totp", secret },
      {
        id: "m2",
        createdAt: "2026-01-01T00:00:00.000Z",
        type: "BackupCode",
        codes: [{ code: "marker-backup", used: false }],
      },
      { id: "m3", createdAt: "2026-01-01T00:00:00.000Z", type: "WebAuthn", agent: "Firefox", name: "Key" },
    ],
  });
  tenant.state.organizations.insert({ id: "org1", name: "Acme", createdAt: 1, userIds: new Set([id]) });
  await manage(tenant, "POST", `/api/users/${id}/personal-access-tokens`, { name: "cli" });
  await signedInBrowser(service, "bob");
  await signedInBrowser(service, "alice");
  const alice = service.as("alice");
  const proof = await stepUp(service, "alice");
  await alice("PATCH", "/me", { business: { ssn: "521-73-8846", gender: "female" } }, proof);
  answer = await alice("POST", "/me/export", undefined, proof);
});

test("names accounts at a company's sign-in by their issuer", async () => {
  const ssoIdentity = {
    id: "s1",
    issuer: "https://idp.example",
    identityId: "emp-7",
    createdAt: 1_767_225_600_000,
  };
  const ssoIdentities = [{ ssoIdentity, ssoConnectorId: "c1" }];
  const body = JSON.stringify({ socialIdentities: [], ssoIdentities });
  const headers = { "content-type": "application/json" };
  const mend = service.tenant.faults.add({
    match: { path: /\/all-identities$/ },
    status: 200,
    headers,
    body,
  });
  const proof = await stepUp(service, "carol");
  const exported = await service.as("carol")("POST", "/me/export", undefined, proof);
  mend();
  expect(exported.body.identities.enterprise).toEqual([
    { issuer: "https://idp.example", id: "emp-7", linkedAt: "2026-01-01T00:00:00.000Z" },
  ]);
});

test("is everything of both stores, unmasked", () => {
  expect({ status: answer.status, type: answer.headers.get("content-type") }).toEqual({
    status: 200,
    type: "application/json",
  });
  expect(answer.headers.get("content-disposition")).toBe('attachment; filename="account.json"');
  expect(answer.body).toMatchObject({
    profile: {
      id: service.userId("alice"),
      username: "alice",
      name,
      customData: { newsletter: true, preferences: { theme: "dark" } },
      business: { ssn: "521-73-8846", gender: "female", ethnicity: null },
      hasPassword: true,
    },
    identities: {
      social: [{ provider: "github", id: "gh-1", email: "a@hub.test", name, avatar: null }],
      enterprise: [],
    },
    secondFactors: [
      { type: "Totp", addedAt: "2026-01-01T00:00:00.000Z" },
      { type: "BackupCode", codesLeft: 1 },
      { type: "WebAuthn", name: "Key", browser: "Firefox" },
    ],
    personalAccessTokens: [{ name: "cli", expiresAt: null }],
    organizations: [{ id: "org1", name: "Acme", roles: [] }],
    registeredWith: "app-of-registration",
    isSuspended: false,
    sessionsHere: [{ method: expect.any(String), about: { address: expect.any(String) } }],
    sessionsAtSignIn: [{ methods: ["Password"], applications: [service.tenant.description.web.appId] }],
    applications: [
      { application: service.tenant.description.web.appId, scopes: expect.arrayContaining(["openid"]) },
    ],
    signIns: { items: [{ result: "Success", methods: ["Password"] }], hasOlder: false },
    formerValues: [{ values: { "/business/gender": null, "/business/ssn": null } }],
    proofs: [{ method: "password" }],
    limits: expect.arrayContaining([expect.objectContaining({ limit: "export", tries: 1, locked: false })]),
    complete: true,
  });
  expect(Object.keys(answer.body).at(-1)).toBe("complete");
});

test("has the whole activity, the oldest first, each entry with its seal, the export itself as the last", () => {
  const { items, proof } = answer.body.activity;
  expect(items.map(({ sequence }: { sequence: number }) => sequence)).toEqual(
    items.map((_item: unknown, index: number) => index + 1),
  );
  expect(items.at(-1)).toMatchObject({
    event: "account.exported",
    mac: expect.stringMatching(/^[\w-]{43}$/),
  });
  expect(proof).toEqual({ completeSince: items[0].at, faults: [], entries: items.length, unproven: 0 });
});

test("is as its schema says, which anybody may read", async () => {
  const { body } = await service.anonymous("GET", new URL(answer.body.schema).pathname);
  expect(body.$id).toBe(answer.body.schema);
  const schema = z.fromJSONSchema(body);
  expect(schema.safeParse(answer.body).error).toBeUndefined();
  const { complete: _last, ...broken } = answer.body;
  expect(schema.safeParse(broken).success).toBe(false);
});

test("holds no secret, nothing of other applications and nobody else", () => {
  const { oidc } = service.tenant.state;
  const cookies = oidc.list("Session").map(({ jti }) => jti ?? "");
  const tokens = service.tenant.state.personalAccessTokens.list(service.userId("alice"));
  expect(cookies.length).toBeGreaterThan(1);
  const never = [
    secret,
    "marker",
    "argon2",
    ...cookies,
    ...tokens.map(({ value }) => value),
    service.userId("bob"),
    "bob@",
  ];
  expect(never.filter((text) => answer.text.includes(text))).toEqual([]);
  // A compact JWE begins so.
  expect(answer.text).not.toContain("eyJ");
});

describe("is complete:", () => {
  test("every table that names people is in it, or on a list with a reason", () => {
    const ofPeople = Object.entries<TableRules>(tables).flatMap(([table, { person }]) =>
      person ? [table] : [],
    );
    expect(Object.keys(tableCoverage).sort()).toEqual(ofPeople.sort());
  });

  test("every member that Logto's user was seen with is in it, or on a list with a reason", () => {
    const lines = readFileSync("test/dev/tenant/recorded-cases.jsonl", "utf8").trim().split("\n");
    const seen = new Set<string>();
    for (const line of lines) collectMembers(JSON.parse(line), seen);
    expect(seen.size).toBeGreaterThan(14);
    expect([...seen].filter((member) => !Object.hasOwn(userCoverage, member))).toEqual([]);
  });

  test("what the lists name as a part of it is one, and what is left out is said", () => {
    const coverage = Object.entries({ ...tableCoverage, ...userCoverage });
    for (const [what, decided] of coverage) {
      if ("in" in decided) expect(answer.body).toHaveProperty(decided.in);
      else
        expect(answer.body.withheld).toContainEqual(
          expect.objectContaining({ what, reason: decided.withheld }),
        );
    }
  });
});

/** Takes the members of each user in a recorded answer. */
function collectMembers(value: unknown, seen: Set<string>): void {
  if (typeof value !== "object" || value === null) return;
  if ("hasPassword" in value && "customData" in value)
    for (const member of Object.keys(value)) seen.add(member);
  for (const part of Object.values(value)) collectMembers(part, seen);
}
