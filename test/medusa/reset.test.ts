/** Forgotten passwords, by both clients and the shop's own mailer. */
import { createHmac, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import { FetchError } from "@medusajs/js-sdk";
import { beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { useShared } from "../support/fixtures.ts";
import { freePort } from "../support/free-port.ts";
import { firstClient, makeStaff, sdkOf, useMedusaService } from "../support/medusa.ts";
import { newPassword } from "../support/people.ts";

const port = await freePort();
const secret = randomBytes(24);
const eventForm = z.object({
  type: z.literal("auth.password_reset"),
  data: z.object({ entity_id: z.string(), actor_type: z.string(), token: z.string() }),
});

/** The shop's mailer: it takes what is signed. */
const mailer = useShared(
  async () => {
    const events: z.output<typeof eventForm>["data"][] = [];
    const server = createServer(async (request, response) => {
      const body = await json(request);
      const { "webhook-id": id, "webhook-timestamp": at, "webhook-signature": signature } = request.headers;
      const expected = createHmac("sha256", secret)
        .update(`${id}.${at}.${JSON.stringify(body)}`)
        .digest("base64");
      if (signature === `v1,${expected}`) events.push(eventForm.parse(body).data);
      response.writeHead(204).end();
    });
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    return { events, close: () => server.close() };
  },
  (started) => started.close(),
);
const service = useMedusaService({
  MEDUSA_RESET_URL: `http://127.0.0.1:${port}/events`,
  NOTICES_SECRET: `whsec_${secret.toString("base64")}`,
});
beforeAll(() => makeStaff(service.tenant, "alice"));

const lastToken = async () => {
  await service.platform.idle();
  return mailer.events.at(-1)?.token ?? "";
};
const statusOf = (call: Promise<unknown>) =>
  call.then(
    () => 200,
    (error: unknown) => (error instanceof FetchError ? error.status : String(error)),
  );
const update = (token: string, password = newPassword) =>
  sdkOf(service, "jwt").auth.updateProvider("customer", "emailpass", { password }, token);

test("js-sdk: a token works once, for its own actor, after a password that is refused", async () => {
  const sdk = sdkOf(service, "jwt");
  const bob = { email: "bob@example.test", password: "bob-password-1" };
  const access = String(await sdk.auth.login("customer", "emailpass", bob));
  await sdk.auth.resetPassword("customer", "emailpass", { identifier: "BOB@example.test" });
  const token = await lastToken();
  expect(mailer.events.at(-1)).toMatchObject({ entity_id: bob.email, actor_type: "customer" });
  expect(await statusOf(update(access))).toBe(401);
  expect(await statusOf(sdk.auth.updateProvider("user", "emailpass", { password: newPassword }, token))).toBe(
    401,
  );
  expect(await statusOf(update(token, "short"))).toBe(400);
  const me = await service.anonymous("GET", "/me", undefined, { authorization: `Bearer ${token}` });
  expect(me.status).toBe(401);
  await update(token);
  expect(await statusOf(update(token))).toBe(401);
  expect(await statusOf(sdk.auth.refresh())).toBe(401);
  expect(await statusOf(sdk.auth.login("customer", "emailpass", bob))).toBe(401);
  await sdk.auth.login("customer", "emailpass", { ...bob, password: newPassword });
});

test("medusa-js: a user asks for a token, sets a password, and is signed in", async () => {
  const { medusa } = firstClient(service);
  await medusa.admin.users.sendResetPasswordToken({ email: "alice@example.test" });
  const reset = { token: await lastToken(), password: newPassword };
  const { user } = await medusa.admin.users.resetPassword(reset);
  expect((await medusa.admin.auth.getSession()).user.id).toBe(user.id);
});

test("medusa-js: a customer sets a password; the token is good for a quarter of an hour", async () => {
  const { medusa } = firstClient(service);
  const email = "carol@example.test";
  await medusa.customers.generatePasswordToken({ email });
  const token = await lastToken();
  service.platform.advance(16 * 60_000);
  await expect(medusa.customers.resetPassword({ email, token, password: newPassword })).rejects.toThrow(
    "status 401",
  );
  await medusa.customers.generatePasswordToken({ email });
  const { customer } = await medusa.customers.resetPassword({
    email,
    token: await lastToken(),
    password: newPassword,
  });
  expect(customer.email).toBe(email);
});

test("an address that nobody has gets the same answer, and no message", async () => {
  const before = mailer.events.length;
  await firstClient(service).medusa.customers.generatePasswordToken({ email: "nobody@example.test" });
  await sdkOf(service, "jwt").auth.resetPassword("customer", "emailpass", {
    identifier: "nobody@example.test",
  });
  await service.platform.idle();
  expect(mailer.events).toHaveLength(before);
});
