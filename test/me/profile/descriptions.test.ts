import { expect, test } from "vitest";
import { useService } from "../../support/fixtures.ts";

const service = useService();
const alice = service.as("alice");

test("GET /me/schema describes every field with its storage, mask and step-up", async () => {
  const { status, body } = await alice("GET", "/me/schema");
  expect(status).toBe(200);
  expect(body.$schema).toBe("https://json-schema.org/draft/2020-12/schema");
  expect(body.properties.business.properties.ssn).toMatchObject({
    "x-storage": "vault",
    "x-masked": true,
    "x-step-up": true,
  });
  expect(body.properties.primaryEmail).toMatchObject({
    "x-storage": "logto",
    "x-step-up": true,
    readOnly: false,
  });
  expect(body.properties.createdAt).toMatchObject({ readOnly: true });
});

test("/openapi.json lists every route", async () => {
  const { status, body } = await service.anonymous("GET", "/openapi.json");
  expect(status).toBe(200);
  expect(body.openapi).toBe("3.1.0");
  const names = body.paths["/me"].patch.parameters.map(({ name }: { name: string }) => name);
  expect(names.sort()).toEqual(["Idempotency-Key", "If-Match", "Verification-Id"]);
  for (const path of ["/me", "/me/custom-data", "/me/business"]) {
    const { parameters, responses } = body.paths[path].get;
    expect(parameters.map(({ name }: { name: string }) => name)).toEqual(["If-None-Match"]);
    expect(Object.keys(responses).sort()).toEqual(["200", "304", "default"]);
  }
  const calls = Object.entries<Record<string, unknown>>(body.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(calls.sort()).toMatchInlineSnapshot(`
    [
      "GET /me",
      "GET /me/activity",
      "GET /me/business",
      "GET /me/custom-data",
      "GET /me/has-password",
      "GET /me/schema",
      "PATCH /me",
      "PATCH /me/business",
      "PATCH /me/custom-data",
      "PATCH /me/password",
      "POST /me/business/reveal",
      "POST /me/password/check",
      "POST /me/password/verify",
      "POST /me/verification-codes",
      "POST /me/verification-codes/verify",
    ]
  `);
});
