/** Open registration, by both clients. */
import { decodeJwt } from "jose";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { settleElsewhere } from "../support/instances.ts";
import { browserOf, firstClient, refusalOf, sdkOf, tokenOf, useMedusaService } from "../support/medusa.ts";
import { newPassword } from "../support/people.ts";

const service = useMedusaService({ MEDUSA_REGISTRATION: "open" });
beforeAll(() => {
  service.tenant.state.signInExperience.signUp.identifiers = ["email"];
});
const hour = 3_600_000;
// No more than ten registrations an hour come from one address.
beforeEach(() => {
  service.tenant.faults.clear();
  service.platform.advance(hour);
});

let people = 0;
const somebody = () => {
  people += 1;
  return { email: `newcomer-${people}@example.test`, password: newPassword };
};
const users = () => service.tenant.state.users.list();
const userOf = (email: string) => users().find(({ primaryEmail }) => primaryEmail === email);
const eventsOf = async (token: string) => {
  const { body } = await service.anonymous("GET", "/me/activity", undefined, {
    authorization: `Bearer ${token}`,
  });
  return body.items.map(({ event }: { event: string }) => event);
};

describe("js-sdk", () => {
  test.each(["jwt", "session"] as const)(
    "registers, creates the customer, logs in and refreshes: %s",
    async (mode) => {
      const wish = somebody();
      const sdk = sdkOf(service, mode);
      const registered = String(await sdk.auth.register("customer", "emailpass", wish));
      expect(decodeJwt(registered)).toMatchObject({
        actor_id: "",
        actor_type: "customer",
        app_metadata: {},
        user_metadata: { email: wish.email },
      });
      const bearer = { Authorization: `Bearer ${registered}` };
      const names = { email: wish.email, first_name: "New", last_name: "Comer", phone: "555-0101" };
      const { customer } = await sdk.store.customer.create(names, {}, bearer);
      expect(customer).toMatchObject({ ...names, has_account: true });
      await sdk.auth.login("customer", "emailpass", wish);
      expect((await sdk.store.customer.retrieve()).customer).toMatchObject(names);
      const token = tokenOf(await sdk.auth.refresh());
      expect(decodeJwt(token)).toMatchObject({
        actor_id: customer.id,
        app_metadata: { customer_id: customer.id },
      });
      expect(await eventsOf(token)).toEqual(
        expect.arrayContaining(["account.registered", "session.started"]),
      );
      expect(userOf(wish.email)).toMatchObject({ id: customer.id, name: null });
    },
  );

  test("a registration token opens the creation and a refresh, and nothing else", async () => {
    const sdk = sdkOf(service, "jwt");
    const wish = somebody();
    const token = String(await sdk.auth.register("customer", "emailpass", wish));
    const bearer = { Authorization: `Bearer ${token}` };
    expect((await refusalOf(sdk.store.customer.retrieve({}, bearer)))[0]).toBe(401);
    expect((await refusalOf(sdk.store.customer.update({ first_name: "X" }, {}, bearer)))[0]).toBe(401);
    const me = await service.anonymous("GET", "/me", undefined, { authorization: `Bearer ${token}` });
    expect(me.status).toBe(403);
    const other = { email: "bob@example.test", first_name: "X" };
    expect((await refusalOf(sdk.store.customer.create(other, {}, bearer)))[0]).toBe(400);
    await sdk.store.customer.create({ email: wish.email }, {}, bearer);
    expect(await refusalOf(sdk.store.customer.create({ email: wish.email }, {}, bearer))).toEqual([
      400,
      "This account is a customer already",
    ]);
  });

  test("in session mode the session of a newcomer creates the customer", async () => {
    const { sdk } = browserOf(service);
    const wish = somebody();
    const token = String(await sdk.auth.register("customer", "emailpass", wish));
    await sdk.client.fetch("/auth/session", {
      method: "POST",
      headers: { Authorization: `Bearer ${token}` },
    });
    expect((await refusalOf(sdk.store.customer.retrieve()))[0]).toBe(401);
    await sdk.store.customer.create({ email: wish.email, first_name: "Here" });
    expect((await sdk.store.customer.retrieve()).customer.first_name).toBe("Here");
  });

  test("a taken address is told in Medusa's words, in any spelling, and leaves no account behind", async () => {
    const before = users().length;
    for (const email of ["bob@example.test", " CAROL@Example.test"])
      expect(
        await refusalOf(
          sdkOf(service, "jwt").auth.register("customer", "emailpass", { email, password: newPassword }),
        ),
      ).toEqual([401, "Identity with email already exists"]);
    expect(users()).toHaveLength(before);
  });

  test("passwords that the policy refuses, also by breaches, leave none either, and cost no waiting", async () => {
    const before = users().length;
    const wish = somebody();
    const register = (password: string) =>
      sdkOf(service, "jwt").auth.register("customer", "emailpass", { ...wish, password });
    service.tenant.settings.breachedPasswords.add("Breached-long-83");
    expect((await refusalOf(register("short")))[0]).toBe(400);
    expect((await refusalOf(register(wish.email.split("@")[0] ?? "")))[0]).toBe(400);
    expect((await refusalOf(register("Breached-long-83")))[0]).toBe(400);
    expect(users()).toHaveLength(before);
    await register(wish.password);
  });

  test("other providers and actors are not known", async () => {
    const sdk = sdkOf(service, "jwt");
    expect((await refusalOf(sdk.auth.register("customer", "google", somebody())))[0]).toBe(400);
    expect((await refusalOf(sdk.auth.register("vendor", "emailpass", somebody())))[0]).toBe(400);
  });

  test("one address is registered once in a minute, also in parallel", async () => {
    const wish = somebody();
    const tries = Array.from({ length: 5 }, () =>
      sdkOf(service, "jwt")
        .auth.register("customer", "emailpass", wish)
        .then(
          () => 200,
          (error) => Number(error.status),
        ),
    );
    expect((await Promise.all(tries)).toSorted()).toEqual([200, 429, 429, 429, 429]);
    expect(users().filter(({ primaryEmail }) => primaryEmail === wish.email)).toHaveLength(1);
  });
});

describe("medusa-js", () => {
  test("creates a customer who is signed in", async () => {
    const { medusa, sent } = firstClient(service, 3);
    const wish = { ...somebody(), first_name: "New", last_name: "Comer", phone: "555-0101" };
    const { password: _password, ...shown } = wish;
    const { customer } = await medusa.customers.create(wish);
    expect(customer).toMatchObject({ ...shown, has_account: true });
    expect((await medusa.customers.retrieve()).customer).toMatchObject(shown);
    await expect(
      firstClient(service).medusa.customers.create({ ...wish, email: "bob@example.test" }),
    ).rejects.toThrow("status 422");
    expect(sent.statuses).toEqual([200, 200]);
  });

  test("no account is left of names that are refused", async () => {
    const before = users().length;
    const { medusa } = firstClient(service, 3);
    const wish = { ...somebody(), first_name: "x".repeat(4_000), last_name: "Comer" };
    await expect(medusa.customers.create(wish)).rejects.toThrow("status 400");
    expect(users()).toHaveLength(before);
  });
});

describe("a registration that does not come to its end", () => {
  const register = (wish: { email: string; password: string }) =>
    service.anonymous("POST", "/medusa/auth/customer/emailpass/register", wish);
  const recover = async () => {
    service.platform.advance(31_000);
    await settleElsewhere(service);
  };
  const broken = { status: 500, body: "" };

  test.each([
    ["the account was made and the answer is lost", { method: "POST", path: /^\/api\/users$/ }, true],
    ["the address could not be set", { method: "PATCH", path: /^\/api\/users\/\w+$/ }, false],
    ["the address was set and the answer is lost", { method: "PATCH", path: /^\/api\/users\/\w+$/ }, true],
    ["the password could not be set", { method: "PATCH", path: /^\/api\/users\/\w+\/password$/ }, false],
  ])("leaves no account where %s", async (_when, match, after) => {
    const before = users().length;
    const wish = somebody();
    service.tenant.faults.add({ match: { ...match, times: 1 }, ...broken, after });
    expect((await register(wish)).status).toBeGreaterThanOrEqual(500);
    expect(users()).toHaveLength(before + 1);
    await recover();
    expect(users()).toHaveLength(before);
    service.platform.advance(hour);
    expect((await register(wish)).status).toBe(200);
  });

  test("leaves a whole account where the password was set and the answer is lost", async () => {
    const wish = somebody();
    const match = { method: "PATCH", path: /^\/api\/users\/\w+\/password$/, times: 1 };
    service.tenant.faults.add({ match, ...broken, after: true });
    expect((await register(wish)).status).toBeGreaterThanOrEqual(500);
    await recover();
    const sdk = sdkOf(service, "jwt");
    const token = String(await sdk.auth.login("customer", "emailpass", wish));
    expect(await eventsOf(token)).toContain("account.registered");
  });

  test("leaves no account where it was taken back and Logto was away", async () => {
    const before = users().length;
    service.tenant.faults.add({
      match: { method: "DELETE", path: /^\/api\/users\/\w+$/, times: 1 },
      ...broken,
    });
    expect((await register({ email: "bob@example.test", password: newPassword })).status).toBe(401);
    await recover();
    expect(users()).toHaveLength(before);
  });
});

describe("where registration is closed", () => {
  const closed = useMedusaService();

  test("nobody registers", async () => {
    expect(
      (await refusalOf(sdkOf(closed, "jwt").auth.register("customer", "emailpass", somebody())))[0],
    ).toBe(400);
    await expect(
      firstClient(closed).medusa.customers.create({ ...somebody(), first_name: "A", last_name: "B" }),
    ).rejects.toThrow("status 400");
    expect(closed.tenant.requests.count("POST", /^\/api\/users$/)).toBe(0);
  });
});
