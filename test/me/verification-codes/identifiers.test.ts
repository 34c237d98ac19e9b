/** Changing the e-mail address or the phone number: step-up, a code to the new one, its proof, the change. */
import { describe, expect, test } from "vitest";
import { useService } from "../../support/fixtures.ts";
import { lastActivity, upstreamWrites, useFreshDays } from "../../support/people.ts";
import { sendCode, stepUp } from "../../support/service.ts";

const minute = 60_000;

const service = useService();
useFreshDays(service);

type Address = { email: string } | { phone: string };
type Headers = Record<string, string>;
const change = (patch: unknown, headers: Headers = {}, username = "alice") =>
  service.as(username)("PATCH", "/me", patch, headers);
const stored = (username: string) => service.tenant.state.users.get(service.userId(username));

/** Sends a code to a new address and proves it. */
async function prove(address: Address, headers: Headers, username = "alice") {
  const verificationCode = await sendCode(service, username, address, headers);
  const path = "/me/verification-codes/verify";
  const { status, body } = await service.as(username)("POST", path, { ...address, verificationCode });
  expect({ status, proven: body.proven }).toEqual({ status: 200, proven: true });
}

describe("a new e-mail address", () => {
  test("needs step-up, then proof, and is held by Logto in lower case", async () => {
    const patch = { primaryEmail: "Alice.New@Example.TEST" };
    expect((await change(patch)).body.code).toBe("step_up_required");
    const record = await stepUp(service, "alice");
    const unproven = await change(patch, record);
    expect({ status: unproven.status, body: unproven.body }).toMatchObject({
      status: 422,
      body: { code: "identifier_unproven", errors: [{ pointer: "/primaryEmail" }] },
    });
    expect(upstreamWrites(service).map(({ path }) => path)).toEqual([
      expect.stringMatching(/password\/verify$/),
    ]);

    await prove({ email: "alice.new@example.test" }, record);
    const { status, body } = await change(patch, record);
    expect({ status, primaryEmail: body.primaryEmail }).toEqual({
      status: 200,
      primaryEmail: "alice.new@example.test",
    });
    expect(stored("alice").primaryEmail).toBe("alice.new@example.test");
    expect(await lastActivity(service, "alice")).toEqual({
      event: "profile.updated",
      detail: { fields: ["/primaryEmail"] },
    });
  });

  test("is the proven one and no other", async () => {
    const record = await stepUp(service, "alice");
    await prove({ email: "x@example.test" }, record);
    const { status, body } = await change({ primaryEmail: "y@example.test" }, record);
    expect({ status, code: body.code }).toEqual({ status: 422, code: "identifier_unproven" });
    expect(stored("alice").primaryEmail).toBe("alice@example.test");
  });

  test("is proven for the person who proved it, alone", async () => {
    await prove({ email: "shared@example.test" }, await stepUp(service, "bob"), "bob");
    const { body } = await change({ primaryEmail: "shared@example.test" }, await stepUp(service, "alice"));
    expect(body.code).toBe("identifier_unproven");
  });

  test("stays proven for ten minutes", async () => {
    await prove({ email: "late@example.test" }, await stepUp(service, "alice"));
    service.platform.advance(10 * minute + 1000);
    const { body } = await change({ primaryEmail: "late@example.test" }, await stepUp(service, "alice"));
    expect(body.code).toBe("identifier_unproven");
  });

  test("takes one proof for one change", async () => {
    const email = "once@example.test";
    const record = await stepUp(service, "alice");
    await prove({ email }, record);
    expect((await change({ primaryEmail: email }, record)).status).toBe(200);
    const removed = await change({ primaryEmail: null }, await stepUp(service, "alice"));
    expect({ status: removed.status, primaryEmail: removed.body.primaryEmail }).toEqual({
      status: 200,
      primaryEmail: null,
    });
    const again = await change({ primaryEmail: email }, await stepUp(service, "alice"));
    expect(again.body.code).toBe("identifier_unproven");
  });

  test("comes together with a new phone number only when both are proven", async () => {
    const record = await stepUp(service, "carol");
    await prove({ email: "carol.new@example.test" }, record, "carol");
    const patch = { primaryEmail: "carol.new@example.test", primaryPhone: "12025550190", name: "Both" };
    const { body } = await change(patch, record, "carol");
    expect(body).toMatchObject({ code: "identifier_unproven", errors: [{ pointer: "/primaryPhone" }] });
    expect(stored("carol")).toMatchObject({
      primaryEmail: "carol@example.test",
      primaryPhone: "12025550113",
    });
    await prove({ phone: "12025550190" }, record, "carol");
    expect((await change(patch, record, "carol")).status).toBe(200);
    expect(stored("carol")).toMatchObject({
      primaryEmail: patch.primaryEmail,
      primaryPhone: patch.primaryPhone,
    });
  });
});

describe("a new phone number", () => {
  test("needs step-up and proof, and is shown as Logto holds it", async () => {
    const patch = { primaryPhone: "+44 0 7911 123456" };
    expect((await change(patch)).status).toBe(403);
    const record = await stepUp(service, "alice");
    expect((await change(patch, record)).body.code).toBe("identifier_unproven");
    await prove({ phone: "4407911123456" }, record);
    const { status, body } = await change(patch, record);
    expect({ status, primaryPhone: body.primaryPhone }).toEqual({
      status: 200,
      primaryPhone: "447911123456",
    });
    expect((await service.as("alice")("GET", "/me")).body.primaryPhone).toBe("447911123456");
  });
});

describe("the last way to sign in", () => {
  const removals = { primaryEmail: null, primaryPhone: null };

  test.each<[string, string, Record<string, unknown>]>([
    ["the only address of someone without a password", "dave", { primaryEmail: null }],
    [
      "the only address, though a username without a password stays",
      "dave",
      { primaryEmail: null, username: "dave2" },
    ],
    ["everything at once", "bob", { ...removals, username: null }],
  ])("stays: %s", async (_what, username, patch) => {
    const { status, body } = await change(patch, await proofOf(username), username);
    expect({ status, code: body.code }).toEqual({ status: 409, code: "last_identifier" });
    expect(stored(username).primaryEmail).toBe(`${username}@example.test`);
  });

  test("is a username too, where there is a password", async () => {
    expect((await change(removals, await proofOf("bob"), "bob")).status).toBe(200);
    expect(stored("bob")).toMatchObject({ ...removals, username: "bob" });
  });

  /** Step-up by whatever the person has. */
  async function proofOf(username: string): Promise<Headers> {
    if (username !== "dave") return stepUp(service, username);
    const email = "dave@example.test";
    const verificationCode = await sendCode(service, "dave", { email });
    const path = "/me/verification-codes/verify";
    const { body } = await service.as("dave")("POST", path, { email, verificationCode });
    return { "verification-id": String(body.verificationId) };
  }
});

describe("a code", () => {
  test("sent to an address of the person's proves that it is them", async () => {
    const phone = "12025550111";
    const verificationCode = await sendCode(service, "alice", { phone });
    expect(await lastActivity(service, "alice")).toEqual({
      event: "code.sent",
      detail: { to: "phone", purpose: "step-up" },
    });
    const path = "/me/verification-codes/verify";
    const { status, body } = await service.as("alice")("POST", path, { phone, verificationCode });
    expect(status).toBe(200);
    expect(body).toEqual({
      verificationId: expect.stringMatching(/^[\w-]{43}$/),
      expiresAt: expect.any(String),
    });
    expect(Date.parse(body.expiresAt) - service.platform.now()).toBe(10 * minute);
    expect(await lastActivity(service, "alice")).toEqual({
      event: "step_up.granted",
      detail: { method: "phone" },
    });
  });

  test.each<[string, unknown]>([
    ["both kinds of address", { email: "a@example.test", phone: "12025550111" }],
    ["no address", {}],
    ["an address that is none", { email: "a@b@c.d" }],
    ["a national phone number", { phone: "0123" }],
    ["a user id", { email: "a@example.test", userId: "devbob000000" }],
  ])("is not sent to %s", async (_what, body) => {
    expect((await service.as("alice")("POST", "/me/verification-codes", body)).status).toBe(422);
    expect(upstreamWrites(service)).toEqual([]);
  });
});
