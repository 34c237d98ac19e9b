/** Somebody who can prove nothing may add a first address, and everybody is offered only what can work. */
import { beforeEach, describe, expect, test } from "vitest";
import { seedConnectors, seededConnectorIds } from "../../../dev/tenant/seed-connectors.ts";
import { useService } from "../../support/fixtures.ts";
import { lastActivity, useFreshDays } from "../../support/people.ts";
import { type Answer, sendCode } from "../../support/service.ts";
import { storeAtTenant } from "../../support/stored.ts";

const service = useService();
useFreshDays(service);

const dave = service.as("dave");
const stored = () => service.tenant.state.users.get(service.userId("dave"));
const outcome = ({ status, body }: Answer) => ({ status, code: body.code, methods: body.methods });
const nobody = { status: 403, code: "step_up_required", methods: [] };

type Address = { email: string } | { phone: string };
const verify = (address: Address, verificationCode: string) =>
  dave("POST", "/me/verification-codes/verify", { ...address, verificationCode });

async function prove(address: Address, headers?: Record<string, string>) {
  const { status, body } = await verify(address, await sendCode(service, "dave", address, headers));
  expect({ status, proven: body.proven }).toEqual({ status: 200, proven: true });
}

test("somebody with a password and no address steps up by it before they add the first", async () => {
  storeAtTenant(service, "alice", { primaryEmail: null, primaryPhone: null });
  const alice = service.as("alice");
  expect(outcome(await alice("POST", "/me/verification-codes", { email: "first@example.test" }))).toEqual({
    ...nobody,
    methods: ["password"],
  });
});

describe("somebody with neither password nor e-mail address nor phone number", () => {
  beforeEach(() => storeAtTenant(service, "dave", { primaryEmail: null, primaryPhone: null }));

  test.each<[string, Address, string, string]>([
    ["e-mail address", { email: "first@example.test" }, "primaryEmail", "first@example.test"],
    ["phone number", { phone: "+1 202 555 0144" }, "primaryPhone", "12025550144"],
  ])("adds a first %s with a proof alone, on record", async (_what, address, member, value) => {
    const type = "email" in address ? "email" : "phone";
    const unproven = await dave("PATCH", "/me", { [member]: value });
    expect({ status: unproven.status, code: unproven.body.code }).toEqual({
      status: 422,
      code: "identifier_unproven",
    });
    const code = await sendCode(service, "dave", address);
    expect(await lastActivity(service, "dave")).toEqual({
      event: "code.sent",
      detail: { to: type, purpose: "identifier", stepUp: "waived" },
    });
    expect((await verify(address, code)).body.proven).toBe(true);
    const added = await dave("PATCH", "/me", { [member]: value, name: "Dave" });
    expect({ status: added.status, value: added.body[member] }).toEqual({ status: 200, value });
    expect(await lastActivity(service, "dave")).toEqual({
      event: "profile.updated",
      detail: { fields: [`/${member}`, "/name"], stepUp: "waived" },
    });
  });

  test("has a method for everything else then", async () => {
    await prove({ email: "first@example.test" });
    await dave("PATCH", "/me", { primaryEmail: "first@example.test" });
    expect(outcome(await dave("POST", "/me/verification-codes", { phone: "12025550144" }))).toEqual({
      ...nobody,
      methods: ["email"],
    });
    const verificationCode = await (async () => {
      service.platform.advance(60_000);
      return sendCode(service, "dave", { email: "first@example.test" });
    })();
    const { body } = await verify({ email: "first@example.test" }, verificationCode);
    const record = { "verification-id": String(body.verificationId) };
    expect((await dave("PATCH", "/me/business", { ssn: "521-73-8846" }, record)).status).toBe(200);
  });

  test("is asked for step-up in everything else, which no method can give yet", async () => {
    for (const [path, body] of [
      ["/me/business", { ssn: "521-73-8846" }],
      ["/me/password", { password: "vivid-Maple-orbit-83" }],
    ] as const)
      expect(outcome(await dave("PATCH", path, body))).toEqual(nobody);
    expect(outcome(await dave("POST", "/me/business/reveal", { fields: ["ssn"] }))).toEqual(nobody);
    await prove({ email: "first@example.test" });
    const both = { primaryEmail: "first@example.test", business: { ssn: "521-73-8846" } };
    expect(outcome(await dave("PATCH", "/me", both))).toEqual(nobody);
    expect(stored()?.primaryEmail).toBeNull();
  });

  test("adds a first address once: what has become the first asks for step-up for the second", async () => {
    await prove({ email: "one@example.test" });
    service.platform.advance(60_000);
    await prove({ email: "two@example.test" });
    const answers = await Promise.all(
      ["one@example.test", "two@example.test"].map((primaryEmail) => dave("PATCH", "/me", { primaryEmail })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403]);
  });

  test("may add both addresses at once when both are proven", async () => {
    await prove({ email: "first@example.test" });
    await prove({ phone: "12025550144" });
    const both = { primaryEmail: "first@example.test", primaryPhone: "12025550144" };
    expect((await dave("PATCH", "/me", both)).status).toBe(200);
    expect(stored()).toMatchObject(both);
  });

  test("obeys the limits and the tenant's rules like everybody", async () => {
    expect((await dave("POST", "/me/verification-codes", { email: "a@b@example.test" })).status).toBe(422);
    await sendCode(service, "dave", { email: "first@example.test" });
    expect((await dave("POST", "/me/verification-codes", { email: "FIRST@example.test" })).status).toBe(429);
  });

  test("whose address was set elsewhere meanwhile is asked for step-up", async () => {
    await prove({ email: "first@example.test" });
    storeAtTenant(service, "dave", { primaryPhone: "12025550155" });
    expect(outcome(await dave("PATCH", "/me", { primaryEmail: "first@example.test" }))).toEqual({
      ...nobody,
      methods: ["phone"],
    });
  });
});

test("somebody with an address that the tenant cannot reach now is no such person", async () => {
  service.tenant.state.connectors.removeType("Email");
  service.platform.advance(600_000);
  expect(outcome(await dave("POST", "/me/verification-codes", { phone: "12025550144" }))).toEqual(nobody);
  seedConnectors(service.tenant.state);
});

describe("the methods that a refusal offers", () => {
  beforeEach(() => {
    seedConnectors(service.tenant.state);
    service.platform.advance(600_000);
  });

  const methods = async () => {
    const { status, body } = await service.as("alice")("PATCH", "/me/business", { ssn: "521-73-8846" });
    expect(status).toBe(403);
    return body.methods;
  };
  const { Email } = seededConnectorIds;

  test.each<[string, () => void, string[]]>([
    ["every connector", () => {}, ["password", "email", "phone"]],
    ["no SMS connector", () => service.tenant.state.connectors.removeType("Sms"), ["password", "email"]],
    ["no e-mail connector", () => service.tenant.state.connectors.removeType("Email"), ["password", "phone"]],
    [
      "no template for codes",
      () => {
        const { connectors } = service.tenant.state;
        connectors.insert({ ...connectors.get(Email), config: { templates: [{ usageType: "SignIn" }] } });
        service.tenant.faults.add({ match: { path: /email-templates$/ }, status: 404 });
      },
      ["password", "phone"],
    ],
    [
      "a list that cannot be read",
      () => service.tenant.faults.add({ match: { path: /^\/api\/connectors$/ }, status: 500 }),
      ["password", "email", "phone"],
    ],
  ])("fit a tenant with %s", async (_what, arrange, expected) => {
    arrange();
    expect(await methods()).toEqual(expected);
  });

  test("cost one read in five minutes, and no answer or log line shows what else the list holds", async () => {
    for (let count = 0; count < 5; count += 1) await methods();
    expect(service.tenant.requests.count("GET", /^\/api\/connectors$/)).toBe(1);
    const { text } = await service.as("alice")("PATCH", "/me/business", { ssn: "521-73-8846" });
    expect(text + service.platform.lines.join()).not.toMatch(/dev-mail-api-key|dev-sms-auth-token/);
  });
});
