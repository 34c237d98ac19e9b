/** `@medusajs/medusa-js` as it comes from npm. */
import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { firstClient, makeStaff, useMedusaService } from "../support/medusa.ts";
import { newPassword } from "../support/people.ts";

const service = useMedusaService();
beforeAll(() => makeStaff(service.tenant, "alice"));

const alice = { email: "alice@example.test", password: "alice-password-1" };
const bob = { email: "bob@example.test", password: "bob-password-1" };

const answer = z.object({ status: z.number(), data: z.unknown() });

/** The status and the body of a refused call. */
const refusalOf = async (call: Promise<unknown>) => {
  const error: unknown = await call.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!(error instanceof Error) || !("response" in error)) throw new Error("the call was not refused");
  return answer.parse(error.response);
};

describe("users", () => {
  test("sign in, ask who they are, change their profile, and sign out", async () => {
    const { medusa, sent } = firstClient(service);
    const { user } = await medusa.admin.auth.createSession(alice);
    expect(user).toMatchObject({
      id: service.userId("alice"),
      email: alice.email,
      role: "member",
      api_token: null,
    });
    expect((await medusa.admin.auth.getSession()).user).toMatchObject({ id: user.id });
    expect((await medusa.admin.users.retrieve(user.id)).user).toMatchObject({ email: alice.email });

    const change = { first_name: "Alice", last_name: "Archer" };
    const updated = await medusa.admin.users.update(user.id, { ...change, metadata: { newsletter: true } });
    expect(updated.user).toMatchObject({ ...change, metadata: { newsletter: true } });
    const emptied = await medusa.admin.users.update(user.id, { metadata: { newsletter: "" } });
    expect(emptied.user.metadata).toEqual({});

    await medusa.admin.auth.deleteSession();
    expect(sent.cookie()).toBeUndefined();
    expect((await refusalOf(medusa.admin.auth.getSession())).status).toBe(401);
    expect((await refusalOf(medusa.admin.auth.deleteSession())).status).toBe(401);
  });

  test("get a token, which the API takes, too", async () => {
    const { access_token: token } = await firstClient(service).medusa.admin.auth.getToken(alice);
    const me = await service.anonymous("GET", "/me", undefined, { authorization: `Bearer ${token}` });
    expect([me.status, me.body?.username]).toEqual([200, "alice"]);
  });

  test("reach nobody but themselves, and nothing but their profile", async () => {
    const { medusa } = firstClient(service);
    const { user } = await medusa.admin.auth.createSession(alice);
    const { status } = await refusalOf(medusa.admin.users.retrieve(service.userId("bob")));
    expect(status).toBe(404);
    const change = { role: "admin", api_token: "x" };
    expect(await refusalOf(medusa.admin.users.update(user.id, Object(change)))).toMatchObject({
      status: 400,
      data: { type: "invalid_data", code: "unknown_field" },
    });
  });

  test("are who has the role", async () => {
    const { medusa } = firstClient(service, 3);
    expect(await refusalOf(medusa.admin.auth.createSession(bob))).toMatchObject({
      status: 401,
      data: { type: "unauthorized" },
    });
  });
});

describe("customers", () => {
  test("sign in, read and change themselves, and sign out", async () => {
    const { medusa } = firstClient(service);
    const { customer } = await medusa.auth.authenticate(bob);
    expect(customer).toMatchObject({
      email: bob.email,
      has_account: true,
      shipping_addresses: [],
      orders: [],
    });
    expect((await medusa.auth.getSession()).customer.id).toBe(customer.id);
    const { customer: changed } = await medusa.customers.update({ first_name: "Bob", phone: "555-0101" });
    expect(changed).toMatchObject({ first_name: "Bob", phone: "555-0101" });
    expect((await medusa.customers.retrieve()).customer).toMatchObject({
      first_name: "Bob",
      phone: "555-0101",
    });
    expect(service.tenant.state.users.get(service.userId("bob")).primaryPhone).toBe("12025550112");

    await medusa.auth.deleteSession();
    await medusa.auth.deleteSession();
    expect((await refusalOf(medusa.customers.retrieve())).status).toBe(401);
  });

  test("cannot change their address here", async () => {
    const { medusa } = firstClient(service);
    await medusa.auth.authenticate(bob);
    expect((await refusalOf(medusa.customers.update(Object({ email: "x@example.test" })))).status).toBe(400);
  });
});

test("a user and a customer of one person sit side by side, and another person replaces both", async () => {
  const { medusa } = firstClient(service);
  await medusa.admin.auth.createSession(alice);
  await medusa.auth.authenticate(alice);
  await medusa.auth.deleteSession();
  expect((await medusa.admin.auth.getSession()).user.email).toBe(alice.email);
  await medusa.auth.authenticate(bob);
  expect((await refusalOf(medusa.admin.auth.getSession())).status).toBe(401);
});

test("customers change their password within ten minutes of signing in, and stay", async () => {
  const { medusa } = firstClient(service);
  await medusa.auth.authenticate(bob);
  expect(await refusalOf(medusa.customers.update({ password: "short" }))).toMatchObject({
    status: 400,
    data: { code: "password_rejected" },
  });
  await medusa.customers.update({ password: newPassword });
  expect((await medusa.customers.retrieve()).customer.email).toBe(bob.email);
  expect((await refusalOf(firstClient(service).medusa.auth.authenticate(bob))).status).toBe(401);
  service.platform.advance(11 * 60_000);
  expect((await refusalOf(medusa.customers.update({ password: bob.password }))).status).toBe(401);
});
