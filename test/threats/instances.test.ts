/** Two processes on one database: limits hold across both, and one finishes what a killed one left. */
import { expect, test } from "vitest";
import { useProcess, useService } from "../support/fixtures.ts";

import { settleElsewhere } from "../support/instances.ts";
import { newPassword, retryWhileBusy, tally, times } from "../support/people.ts";
import { startProcess } from "../support/processes.ts";
import { sendCode, stepUp } from "../support/service.ts";
import { signIn } from "../support/sign-in.ts";

const service = useService();
const instances = [useProcess(() => service.environment), useProcess(() => service.environment)] as const;

/** A person's calls, alternating between the two processes. */
const alternating = (username: string) => (index: number) =>
  service.as(username, { url: instances[index % 2 === 0 ? 0 : 1].url });

test("of two hundred parallel wrong passwords at most five reach Logto", async () => {
  const at = alternating("alice");
  const answers = await times(200, (index) =>
    retryWhileBusy(() => at(index)("POST", "/me/password/verify", { password: `wrong-${index}` })),
  );
  expect(tally(answers)).toEqual({ 422: 5, 429: 195 });
  expect(service.tenant.requests.count("POST", /\/password\/verify$/)).toBe(5);
});

test("of fifty parallel wrong codes at most five reach Logto", async () => {
  const at = alternating("bob");
  const email = "bob@example.test";
  const code = await sendCode(service, "bob", { email });
  const verificationCode = code === "000000" ? "000001" : "000000";
  const path = "/me/verification-codes/verify";
  const answers = await times(50, (index) =>
    retryWhileBusy(() => at(index)("POST", path, { email, verificationCode })),
  );
  expect(tally(answers)).toEqual({ 400: 5, 429: 45 });
  expect(service.tenant.requests.count("POST", /codes\/verify$/)).toBe(5);
});

test("of twenty parallel changes under one step-up record one succeeds", async () => {
  const at = alternating("carol");
  const record = await stepUp(service, "carol");
  const answers = await times(20, (index) =>
    at(index)("PATCH", "/me/password", { password: `${newPassword}-${index}` }, record),
  );
  expect(tally(answers)).toEqual({ 200: 1, 403: 19 });
});

test("a process killed between a new password and the revocation leaves it to the others, within a minute", async () => {
  const device = await signIn(service.tenant, "bob", "bob-password-1");
  const record = await stepUp(service, "bob");
  const doomed = await startProcess(service.environment);
  const hold = {
    match: { method: "DELETE", path: /^\/api\/users\/\w+\/sessions\// },
    action: "hang",
  } as const;
  const letGo = service.tenant.faults.add(hold);
  service.tenant.requests.clear();
  const change = service.as("bob", { url: doomed.url })(
    "PATCH",
    "/me/password",
    { password: newPassword },
    record,
  );
  const outcome = change.then(
    ({ status }) => status,
    () => "cut off",
  );
  await expect.poll(() => service.tenant.requests.count("GET", /\/sessions$/), { timeout: 5_000 }).toBe(1);
  await doomed.kill();
  letGo();
  expect(await outcome).toBe("cut off");
  expect(await device.refresh()).toBe(200);

  service.platform.catchUp();
  service.platform.advance(60_000);
  await settleElsewhere(service);
  expect(await device.refresh()).toBe(400);
  const { status } = await service.as("bob")("POST", "/me/password/verify", { password: newPassword });
  expect(status).toBe(200);
});
