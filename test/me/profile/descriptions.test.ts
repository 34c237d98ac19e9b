import { expect, test } from "vitest";
import { useService } from "../../support/fixtures.ts";

const service = useService();
const alice = service.as("alice");

const read = async () => (await alice("GET", "/me/schema")).body;

test("GET /me/schema describes every field with its storage, mask and step-up", async () => {
  const { $schema, properties } = await read();
  expect($schema).toBe("https://json-schema.org/draft/2020-12/schema");
  expect(properties.business.properties.ssn).toMatchObject({
    "x-storage": "vault",
    "x-masked": true,
    "x-step-up": true,
  });
  expect(properties.primaryEmail).toMatchObject({
    "x-storage": "logto",
    "x-step-up": true,
    readOnly: false,
  });
  expect(properties.createdAt).toMatchObject({ readOnly: true });
});

test("it tells apart what a read shows and what a change takes", async () => {
  const { properties, $defs } = await read();
  const taken = $defs.ProfilePatch.properties;
  const [business, profile] = [taken.business, taken.profile].map(({ anyOf }) => anyOf[0].properties);
  expect(properties.business.properties.ssn.anyOf).toMatchObject([
    { required: ["masked"] },
    { type: "null" },
  ]);
  expect(business.ssn).toMatchObject({ type: ["string", "null"] });
  expect(properties.profile.properties.address.properties.locality).toEqual({ type: "string" });
  expect(profile.address.properties.locality).toMatchObject({ type: ["string", "null"] });
  expect(taken).not.toHaveProperty("createdAt");
});
