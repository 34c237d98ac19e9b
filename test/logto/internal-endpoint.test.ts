import { expect, test } from "vitest";
import { useService, useTenant } from "../support/fixtures.ts";
import { apiResource } from "../support/service.ts";

/** People reach the tenant at an address that the service cannot reach. */
const endpoint = "https://auth.example.test";
const issuer = `${endpoint}/oidc`;

const tenant = useTenant();
const service = useService(() => ({
  tenant,
  environment: { LOGTO_ENDPOINT: endpoint, LOGTO_INTERNAL_ENDPOINT: tenant.description.endpoint },
}));

async function read(iss: string) {
  const iat = Math.floor(service.platform.now() / 1000);
  const sub = service.userId("alice");
  const claims = { iss, aud: apiResource, sub, client_id: "spa", scope: "profile:read", iat, exp: iat + 60 };
  return service.as("alice", { token: await service.tenant.sign(claims) })("GET", "/me");
}

test("reads keys, its own token and users at the internal address, and compares `iss` with the public one", async () => {
  const { status, body } = await read(issuer);
  expect([status, body.username]).toEqual([200, "alice"]);
  const { requests } = service.tenant;
  expect(requests.count("GET", /^\/oidc\/jwks$/)).toBe(1);
  expect(requests.count("POST", /^\/oidc\/token$/)).toBe(1);
  expect(requests.count("GET", /^\/api\/users\/\w+$/)).toBe(1);
});

test("refuses a token whose issuer is the internal address", async () => {
  const { status, body } = await read(service.tenant.description.issuer);
  expect([status, body.code]).toEqual([401, "invalid_token"]);
});
