import { beforeEach, expect, test } from "vitest";
import { seedConnectors, seededConnectorIds } from "../../dev/tenant/seed-connectors.ts";
import { Secret } from "../../src/config.ts";
import { createCallBudget } from "../../src/logto/call-budget.ts";
import { codesApi } from "../../src/logto/codes.ts";
import { createM2mToken } from "../../src/logto/m2m-token.ts";
import { createManagement } from "../../src/logto/management.ts";
import { createSignInExperience } from "../../src/logto/sign-in-experience.ts";
import { usersApi } from "../../src/logto/users.ts";
import { useShared, useTenant } from "../support/fixtures.ts";
import { createTestPlatform } from "../support/platform.ts";

const tenant = useTenant();
const platform = createTestPlatform();
const management = useShared(() => {
  const { endpoint, issuer, managementApi, m2m } = tenant.description;
  const logto = {
    endpoint,
    internalEndpoint: endpoint,
    issuer,
    managementApi,
    m2m: { appId: m2m.appId, appSecret: new Secret(m2m.appSecret) },
  };
  const token = createM2mToken({ logto, platform });
  const budget = createCallBudget({ calls: 10_000, waitMs: 1_000, platform });
  return createManagement({ logto, platform, token, budget });
});
const users = useShared(() => usersApi(management, createSignInExperience(management, platform)));
const codes = useShared(() => codesApi(management));

const alice = "devalice0000";
const dave = "devdave00000";

beforeEach(() => {
  tenant.settings.breachServiceReachable = true;
  seedConnectors(tenant.state);
});

test("reads a user", async () => {
  expect(await users.get(alice)).toMatchObject({
    id: alice,
    username: "alice",
    primaryEmail: "alice@example.test",
    profile: {},
    customData: {},
    isSuspended: false,
    hasPassword: true,
  });
});

test("refuses the token of an unknown user", async () => {
  const calls = [
    () => users.get("nobody"),
    () => users.update("nobody", { name: "x" }),
    () => users.verifyPassword("nobody", "x"),
    () => users.checkPassword("nobody", "x"),
    () => users.setPassword("nobody", "x"),
  ];
  for (const call of calls) await expect(call()).rejects.toMatchObject({ code: "invalid_token" });
});

test("changes the given fields and returns the stored user", async () => {
  const changed = await users.update(alice, { name: "Alice B.", customData: { newsletter: true } });
  expect(changed).toMatchObject({ name: "Alice B.", customData: { newsletter: true } });
  expect(await users.update(alice, { name: null })).toMatchObject({ name: null });
});

test.each([
  ["username", { username: "bob" }],
  ["primaryEmail", { primaryEmail: "bob@example.test" }],
  ["primaryPhone", { primaryPhone: "12025550112" }],
])("refuses a %s that is taken, and names the field", async (field, patch) => {
  await expect(users.update(alice, patch)).rejects.toMatchObject({
    code: "identifier_taken",
    detail: { errors: [{ pointer: `/${field}`, code: "taken" }] },
  });
});

test.each([
  ["an e-mail", { primaryEmail: "nope" }, ["/primaryEmail"]],
  ["a nested claim", { profile: { birthdate: 5 } }, ["/profile/birthdate"]],
  ["a name too long for the column", { name: "n".repeat(129) }, [""]],
])("points at %s that Logto does not accept", async (_what, patch, pointers) => {
  const refusal = await users.update(alice, patch).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: "validation_failed" });
  expect(refusal).toHaveProperty(
    "detail.errors",
    pointers.map((pointer) => expect.objectContaining({ pointer, code: "invalid" })),
  );
});

test("verifies a password; a wrong one and none at all look alike", async () => {
  expect(await users.verifyPassword(alice, "alice-password-1")).toBe(true);
  expect(await users.verifyPassword(alice, "wrong")).toBe(false);
  expect(await users.verifyPassword(dave, "wrong")).toBe(false);
});

test("sets a password", async () => {
  expect(await users.setPassword(dave, "Gr8-Purple-Tiger")).toMatchObject({ hasPassword: true });
  expect(await users.verifyPassword(dave, "Gr8-Purple-Tiger")).toBe(true);
});

test("returns the result of the tenant's password policy", async () => {
  expect(await users.checkPassword(alice, "Gr8-Purple-Tiger")).toEqual({
    ok: true,
    issues: [],
    breachCheckSkipped: false,
  });
  expect(await users.checkPassword(alice, "short")).toMatchObject({
    ok: false,
    issues: [{ code: "too_short", params: { min: 8 } }],
  });
});

test("applies the rest of the policy if the breach service does not answer", async () => {
  tenant.settings.breachServiceReachable = false;
  expect(await users.checkPassword(alice, "Gr8-Purple-Tiger")).toEqual({
    ok: true,
    issues: [],
    breachCheckSkipped: true,
  });
  expect(await users.checkPassword(alice, "alice-1")).toEqual({
    ok: false,
    issues: [{ code: "too_short", params: { min: 8 } }, { code: "restricted.user_info" }],
    breachCheckSkipped: true,
  });
});

test("sends a code, and distinguishes a wrong code from an expired one", async () => {
  const recipient = { type: "email", value: "new@example.test" } as const;
  expect(await codes.verify(alice, recipient, "123456")).toBe("expired");
  await codes.send(alice, recipient);
  const code = tenant.messages(recipient.value)?.code ?? "";
  expect(await codes.verify(alice, recipient, code === "000000" ? "000001" : "000000")).toBe("mismatch");
  expect(await codes.verify(alice, recipient, code)).toBe("ok");
  expect(await codes.verify(alice, recipient, code)).toBe("expired");
});

test("is unavailable for codes without a connector or a template", async () => {
  tenant.state.connectors.removeType("Sms");
  const { connectors } = tenant.state;
  connectors.insert({ ...connectors.get(seededConnectorIds.Email), config: { templates: [] } });
  const failure = { code: "upstream_unavailable", sent: "no" };
  await expect(codes.send(alice, { type: "phone", value: "12025550199" })).rejects.toMatchObject(failure);
  await expect(codes.send(alice, { type: "email", value: "x@example.test" })).rejects.toMatchObject(failure);
});

test("reports Logto's own limit on messages", async () => {
  const recipient = { type: "email", value: "often@example.test" } as const;
  for (let send = 0; send < 10; send += 1) await codes.send(alice, recipient);
  await expect(codes.send(alice, recipient)).rejects.toMatchObject({
    code: "too_many_requests",
    detail: { retryAfter: 600 },
  });
});

test("refuses an address that Logto does not accept", async () => {
  const sent = codes.send(alice, { type: "email", value: "nope" });
  await expect(sent).rejects.toMatchObject({ code: "validation_failed" });
});
