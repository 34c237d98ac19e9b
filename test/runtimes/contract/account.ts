/** Step-up, codes, passwords, limits and the activity over HTTP, on every runtime. */
import { expect, test } from "vitest";
import type { RunningService } from "../../support/runtimes.ts";
import { sendCode, stepUp } from "../../support/service.ts";

export function accountContract(service: RunningService) {
  const checks = () => service.tenant.requests.count("POST", /\/password\/verify$/);

  test("verifies a code sent to the caller's own address, once, and says how many tries are left", async () => {
    const dave = service.as("dave");
    const email = "dave@example.test";
    const verificationCode = await sendCode(service, "dave", { email });
    const wrong = { email, verificationCode: verificationCode === "000000" ? "000001" : "000000" };
    expect((await dave("POST", "/me/verification-codes/verify", wrong)).body).toMatchObject({
      code: "code_incorrect",
      attemptsLeft: 4,
    });
    const right = { email, verificationCode };
    const foreign = await service.as("carol")("POST", "/me/verification-codes/verify", right);
    expect({ status: foreign.status, code: foreign.body.code }).toEqual({
      status: 400,
      code: "code_expired",
    });
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => dave("POST", "/me/verification-codes/verify", right)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test("sends one address one code a minute", async () => {
    await sendCode(service, "carol", { phone: "12025550113" });
    const { status, headers, body } = await service.as("carol")("POST", "/me/verification-codes", {
      phone: "+1 202 555 0113",
    });
    expect({ status, code: body.code }).toEqual({ status: 429, code: "too_many_requests" });
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(50);
  });

  test.each([
    [{ email: "B@ПОЧТА.рф" }, "b@xn--80a1acny.xn--p1ai"],
    [{ phone: "+44 (0)7400 999999" }, "447400999999"],
  ])("sends a code for %j to its canonical form", async (address, sentTo) => {
    const proof = await stepUp(service, "bob");
    const { status, body } = await service.as("bob")("POST", "/me/verification-codes", address, proof);
    expect({ status, sentTo: body.sentTo }).toEqual({ status: 202, sentTo });
  });

  test("takes a new address only once it is proven", async () => {
    const alice = service.as("alice");
    const email = "alice@new.example.test";
    const proof = await stepUp(service, "alice");
    const change = () => alice("PATCH", "/me", { primaryEmail: email }, proof);
    expect((await change()).body.code).toBe("identifier_unproven");
    const verificationCode = await sendCode(service, "alice", { email }, proof);
    const proven = await alice("POST", "/me/verification-codes/verify", { email, verificationCode });
    expect(proven.body).toMatchObject({ proven: true });
    expect((await change()).body.primaryEmail).toBe(email);
    expect((await change()).status).toBe(200);
    const again = await alice("PATCH", "/me", { primaryEmail: "alice@example.test" }, proof);
    expect(again.body.code).toBe("step_up_required");
  });

  test("binds a step-up record to the client that earned it", async () => {
    const proof = await stepUp(service, "alice");
    const reveal = (clientId: string) =>
      service.as("alice", { clientId })("POST", "/me/business/reveal", { fields: ["gender"] }, proof);
    expect((await reveal("another-client")).body.code).toBe("step_up_required");
    expect((await reveal("spa-client")).status).toBe(200);
  });

  test("changes a password by the tenant's policy, with one of parallel uses of a record", async () => {
    const carol = service.as("carol");
    expect((await carol("POST", "/me/password/check", { password: "12345678" })).body.ok).toBe(false);
    const proof = await stepUp(service, "carol");
    const rejected = await carol("PATCH", "/me/password", { password: "carol" }, proof);
    expect({ status: rejected.status, code: rejected.body.code }).toEqual({
      status: 422,
      code: "password_rejected",
    });
    const answers = await Promise.all(
      Array.from({ length: 4 }, () =>
        carol("PATCH", "/me/password", { password: "Quiet-harbour-19" }, proof),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403, 403, 403]);
    expect((await carol("POST", "/me/password/verify", { password: "Quiet-harbour-19" })).status).toBe(200);
    expect((await carol("GET", "/me/has-password")).body).toEqual({ hasPassword: true });
  });

  test("lets five of twenty parallel wrong passwords reach Logto, then locks", async () => {
    const bob = service.as("bob");
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => bob("POST", "/me/password/verify", { password: "wrong-password" })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([
      ...Array(5).fill(422),
      ...Array(15).fill(429),
    ]);
    expect(checks()).toBe(5);
    const locked = await bob("POST", "/me/password/verify", { password: "bob-password-1" });
    expect({ status: locked.status, code: locked.body.code }).toEqual({
      status: 429,
      code: "too_many_attempts",
    });
    expect(Number(locked.headers.get("retry-after"))).toBeGreaterThan(880);
    expect(checks()).toBe(5);
  });

  test("lists what happened to the account", async () => {
    const alice = service.as("alice");
    const { items } = (await alice("GET", "/me/activity")).body;
    const events = items.map(({ event }: { event: string }) => event);
    expect(events).toEqual(
      expect.arrayContaining(["profile.updated", "business.revealed", "code.sent", "identifier.proven"]),
    );
    expect(JSON.stringify(items)).not.toContain("521-73-8846");
    expect((await alice("GET", "/me/activity?cursor=x")).status).toBe(400);
  });
}
