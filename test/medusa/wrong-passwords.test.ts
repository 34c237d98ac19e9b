/** Wrong passwords are one count: over both of Medusa's clients and this service's own call. */
import { expect, test } from "vitest";
import { firstClient, refusalOf, sdkOf, useMedusaService } from "../support/medusa.ts";

const service = useMedusaService();

type Try = (email: string, password: string) => Promise<number | undefined>;

/** The status of a sign-in that a client of the first generation is refused. It would repeat it three times. */
const byFirstClient: Try = async (email, password) => {
  const { medusa, sent } = firstClient(service, 3);
  await expect(medusa.auth.authenticate({ email, password })).rejects.toThrow();
  expect(sent.statuses).toHaveLength(1);
  return sent.statuses[0];
};

/** The status of a sign-in that a client of the second generation is refused. */
const bySecondClient: Try = async (email, password) => {
  const [status] = await refusalOf(
    sdkOf(service, "jwt").auth.login("customer", "emailpass", { email, password }),
  );
  return status;
};

/** How Logto is asked whether a password is right, by a sign-in or by the Management API. */
const checksAtLogto = () =>
  service.tenant.requests
    .all()
    .filter(({ path }) => /\/api\/experience\/verification\/password$|\/password\/verify$/.test(path)).length;

test("five in any mix and spelling lock every way in, and are all that Logto sees of many at once", async () => {
  const wrong: Promise<number | undefined>[] = [
    byFirstClient("carol@example.test", "wrong"),
    byFirstClient("CAROL@example.test", "wrong"),
    bySecondClient(" carol@EXAMPLE.test", "wrong"),
    bySecondClient("carol@example.test", "wrong"),
    byFirstClient("Carol@Example.Test", "wrong"),
    bySecondClient("carol@example.test ", "wrong"),
    ...Array.from({ length: 6 }, async () => {
      const { status } = await service.as("carol")("POST", "/me/password/verify", { password: "wrong" });
      // The call of the signed-in answers a wrong password with 422.
      return status === 422 ? 401 : status;
    }),
  ];
  const statuses = await Promise.all(wrong);
  expect(statuses.toSorted()).toEqual([401, 401, 401, 401, 401, 429, 429, 429, 429, 429, 429, 429]);
  expect(checksAtLogto()).toBe(5);

  const right = "carol-password-1";
  expect(await byFirstClient("carol@example.test", right)).toBe(429);
  expect(await bySecondClient("carol@example.test", right)).toBe(429);
  const verified = await service.as("carol")("POST", "/me/password/verify", { password: right });
  expect(verified.status).toBe(429);
  expect(checksAtLogto()).toBe(5);
});

test("of an address that nobody has are counted and answered alike", async () => {
  const tries = Array.from({ length: 8 }, (_, index) =>
    (index % 2 === 0 ? byFirstClient : bySecondClient)("nobody@example.test", "wrong"),
  );
  expect((await Promise.all(tries)).toSorted()).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
  expect(await byFirstClient("NOBODY@example.test", "wrong")).toBe(429);
});

test("are answered in Medusa's words", async () => {
  const { medusa } = firstClient(service);
  const refused = medusa.auth.authenticate({ email: "bob@example.test", password: "wrong" });
  await expect(refused).rejects.toMatchObject({
    response: { status: 401, data: { type: "unauthorized", message: "Invalid email or password" } },
  });
});
