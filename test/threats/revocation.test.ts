/** Logto lets every session and refresh token live on after a change of password: this service ends them. */
import { describe, expect, test } from "vitest";
import { useService } from "../support/fixtures.ts";
import { settleElsewhere } from "../support/instances.ts";
import { newPassword, useFreshDays } from "../support/people.ts";
import { stepUp } from "../support/service.ts";
import { signIn } from "../support/sign-in.ts";

const minute = 60_000;
const endsSessions = /^\/api\/users\/\w+\/(sessions|grants)\//;

const service = useService();
useFreshDays(service);

const aliceSignsIn = () => signIn(service.tenant, "alice", "alice-password-1");
const change = async () => {
  const record = await stepUp(service, "alice");
  return service.as("alice")("PATCH", "/me/password", { password: newPassword }, record);
};
const sessionsLeft = async () =>
  service.tenant.state.oidc.list("Session").filter(({ accountId }) => accountId === service.userId("alice"))
    .length;

describe("after a change of password", () => {
  test("every session is gone and no refresh token works", async () => {
    const devices = [await aliceSignsIn(), await aliceSignsIn()];
    const bob = await signIn(service.tenant, "bob", "bob-password-1");
    expect(await Promise.all(devices.map((device) => device.refresh()))).toEqual([200, 200]);
    const { status, body } = await change();
    expect({ status, body }).toEqual({ status: 200, body: { revokedSessions: 2 } });
    expect(await sessionsLeft()).toBe(0);
    expect(await Promise.all(devices.map((device) => device.refresh()))).toEqual([400, 400]);
    expect(await bob.refresh()).toBe(200);
  });

  test("that a policy refused, everybody stays signed in", async () => {
    const device = await aliceSignsIn();
    const record = await stepUp(service, "alice");
    expect((await service.as("alice")("PATCH", "/me/password", { password: "short" }, record)).status).toBe(
      422,
    );
    expect(await device.refresh()).toBe(200);
  });

  test("whose revocation Logto fails, recovery ends the sessions within a minute", async () => {
    const device = await aliceSignsIn();
    const mend = service.tenant.faults.add({
      match: { method: "DELETE", path: endsSessions },
      status: 503,
      body: "",
    });
    expect((await change()).status).toBe(200);
    expect(await device.refresh()).toBe(200);
    mend();
    service.platform.advance(minute);
    await settleElsewhere(service);
    expect(await device.refresh()).toBe(400);
    expect(await sessionsLeft()).toBe(0);
  });

  test("whose outcome nobody knows, recovery ends the sessions and records the change", async () => {
    const device = await aliceSignsIn();
    service.tenant.faults.add({
      match: { method: "PATCH", path: /\/password$/, times: 1 },
      after: true,
      action: "reset",
    });
    expect(await change()).toMatchObject({ status: 504, body: { code: "outcome_unknown" } });
    expect(await device.refresh()).toBe(200);
    service.platform.advance(minute);
    await settleElsewhere(service);
    expect(await device.refresh()).toBe(400);
    const { body } = await service.as("alice")("GET", "/me/activity");
    expect(body.items[0]).toMatchObject({ event: "password.changed" });
  });

  test("a step-up record that was earned before recovery ran is worth nothing after it", async () => {
    service.tenant.faults.add({ match: { method: "PATCH", path: /\/password$/, times: 1 }, action: "reset" });
    expect((await change()).status).toBe(504);
    const record = await stepUp(service, "alice");
    service.platform.advance(minute);
    const again = await service.as("alice")("PATCH", "/me/password", { password: newPassword }, record);
    expect(again).toMatchObject({ status: 403, body: { code: "step_up_required" } });
  });
});
