/** Forgotten passwords where Logto mails the code: the code is the token, and the address stands beside it. */
import { beforeAll, expect, test } from "vitest";
import { firstClient, makeStaff, refusalOf, sdkOf, useMedusaService } from "../support/medusa.ts";
import { newPassword, useFreshDays } from "../support/people.ts";

const service = useMedusaService();
useFreshDays(service);
beforeAll(() => makeStaff(service.tenant, "alice"));

const bob = { email: "bob@example.test", password: "bob-password-1" };
const codeOf = async (email: string) => {
  await service.platform.idle();
  return service.tenant.messages(email)?.code ?? "";
};
const ask = async (identifier: string) => {
  await sdkOf(service, "jwt").auth.resetPassword("customer", "emailpass", { identifier });
  return codeOf(identifier.toLowerCase());
};
const update = (token: string, body: { password: string; email?: string }) =>
  sdkOf(service, "jwt").auth.updateProvider("customer", "emailpass", body, token);
const wrong = (code: string) => (code === "000000" ? "000001" : "000000");

test("js-sdk: the code works once, with its address, after a password that is refused", async () => {
  const sdk = sdkOf(service, "jwt");
  await sdk.auth.login("customer", "emailpass", bob);
  const code = await ask("BOB@example.test");
  expect((await refusalOf(update(code, { password: newPassword })))[0]).toBe(400);
  expect((await refusalOf(update(code, { password: "short", email: bob.email })))[0]).toBe(400);
  const elsewhere = { password: newPassword, email: "carol@example.test" };
  expect(await refusalOf(update(code, elsewhere))).toEqual([401, "Invalid token"]);
  const wish = { password: newPassword, email: " Bob@example.test" };
  await update(code, wish);
  expect(await refusalOf(update(code, wish))).toEqual([401, "Invalid token"]);
  expect((await refusalOf(sdk.auth.refresh()))[0]).toBe(401);
  await sdk.auth.login("customer", "emailpass", { ...bob, password: newPassword });
});

test("medusa-js: a user sets a password and is signed in; a customer sets one", async () => {
  const { medusa } = firstClient(service);
  const email = "alice@example.test";
  await medusa.admin.users.sendResetPasswordToken({ email });
  const { user } = await medusa.admin.users.resetPassword({
    email,
    token: await codeOf(email),
    password: newPassword,
  });
  expect((await medusa.admin.auth.getSession()).user.id).toBe(user.id);
  await medusa.customers.generatePasswordToken({ email: bob.email });
  const reset = { email: bob.email, token: await codeOf(bob.email), password: newPassword };
  expect((await medusa.customers.resetPassword(reset)).customer.email).toBe(bob.email);
});

test("five wrong codes lock an address, also one that nobody has, and also in parallel", async () => {
  for (const email of [bob.email, "nobody@example.test"]) {
    const code = await ask(email);
    const tries = Array.from({ length: 8 }, async () => {
      const [status] = await refusalOf(update(wrong(code), { password: newPassword, email }));
      return status;
    });
    expect((await Promise.all(tries)).toSorted()).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
    expect((await refusalOf(update(code || "123456", { password: newPassword, email })))[0]).toBe(429);
    service.platform.advance(2 * 3_600_000);
  }
  const refused = await service.as("bob")("GET", "/me/activity");
  expect(
    refused.body.items.filter(({ event }: { event: string }) => event === "step_up.refused").length,
  ).toBe(5);
});

test("a code is good for ten minutes, and not for a suspended person", async () => {
  const code = await ask(bob.email);
  service.platform.advance(601_000);
  expect((await refusalOf(update(code, { password: newPassword, email: bob.email })))[0]).toBe(401);
  const person = service.tenant.state.users.get(service.userId("carol"));
  person.isSuspended = true;
  service.platform.advance(3_600_000);
  expect(await ask("carol@example.test")).toBe("");
});
