/** A grant is worth what it was based on, at the moment when it is stored and when it is used. */
import { afterEach, describe, expect, test } from "vitest";
import { useInstance, useService } from "../support/fixtures.ts";
import { eventually, settleElsewhere } from "../support/instances.ts";
import { newPassword, useFreshDays } from "../support/people.ts";
import { sendCode, stepUp } from "../support/service.ts";

const minute = 60_000;

const service = useService();
const other = useInstance(service);
useFreshDays(service);
afterEach(() => service.platform.idle());

const alice = service.as("alice");
const verifyPath = /\/password\/verify$/;
const setPath = /\/users\/\w+\/password$/;
const checkPath = /^\/api\/verification-codes\/verify$/;

const verify = (password: string) => alice("POST", "/me/password/verify", { password });
const change = (password: string, headers: Record<string, string>) =>
  alice("PATCH", "/me/password", { password }, headers);
const verificationIdOf = (answer: { body: { verificationId?: string } }) => ({
  "verification-id": String(answer.body.verificationId),
});
/** Lets a request reach the tenant and holds back what comes after, until `open` is called. */
function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { closed: promise, open: () => resolve() };
}
const reached = (method: string, path: RegExp, times = 1) =>
  eventually(() => service.tenant.requests.count(method, path) >= times);
const setEmail = (primaryEmail: string) =>
  Object.assign(service.tenant.state.users.get(service.userId("alice")), { primaryEmail });

describe("a step-up record", () => {
  test("earned with the old password while that is changed opens nothing, and is not even given out", async () => {
    const record = await stepUp(service, "alice");
    const { closed, open } = gate();
    service.tenant.faults.add({ match: { path: verifyPath, times: 1 }, answerGate: closed });
    service.tenant.requests.clear();
    const late = verify("alice-password-1");
    await reached("POST", verifyPath);
    expect((await change(newPassword, record)).status).toBe(200);
    open();
    expect(await late).toMatchObject({ status: 422, body: { code: "password_incorrect" } });
  });

  test("earned with the new password at the same moment is given out", async () => {
    const record = await stepUp(service, "alice");
    const { closed, open } = gate();
    service.tenant.faults.add({ match: { path: setPath, times: 1 }, answerGate: closed });
    service.tenant.requests.clear();
    const changing = change(newPassword, record);
    await reached("PATCH", setPath);
    const { closed: answerOfVerify, open: openVerify } = gate();
    service.tenant.faults.add({ match: { path: verifyPath, times: 1 }, answerGate: answerOfVerify });
    const verifying = verify(newPassword);
    await reached("POST", verifyPath);
    open();
    expect((await changing).status).toBe(200);
    openVerify();
    const answer = await verifying;
    expect(answer.status).toBe(200);
    expect((await change("another-Maple-orbit-83", verificationIdOf(answer))).status).toBe(200);
  });

  test("earned with the old password after that change has begun is not given out when it is over", async () => {
    const record = await stepUp(service, "alice");
    const { closed, open } = gate();
    service.tenant.faults.add({ match: { path: setPath, times: 1 }, gate: closed });
    service.tenant.requests.clear();
    const changing = change(newPassword, record);
    await reached("PATCH", setPath);
    const { closed: answerOfVerify, open: openVerify } = gate();
    service.tenant.faults.add({ match: { path: verifyPath, times: 1 }, answerGate: answerOfVerify });
    const late = verify("alice-password-1");
    await reached("POST", verifyPath);
    open();
    expect((await changing).status).toBe(200);
    openVerify();
    expect(await late).toMatchObject({ status: 422, body: { code: "password_incorrect" } });
  });

  test("earned between the plan of a change and Logto's write does not outlive the recovery of that change", async () => {
    const record = await stepUp(service, "alice");
    const { closed, open } = gate();
    service.tenant.faults.add({
      match: { path: setPath, times: 1 },
      gate: closed,
      after: true,
      action: "reset",
    });
    service.tenant.requests.clear();
    const changing = change(newPassword, record);
    await reached("POST", /check-password$/);
    await eventually(
      async () => (await service.database.kysely.selectFrom("journal").selectAll().execute()).length > 0,
    );
    const stolen = await verify("alice-password-1");
    expect(stolen.status).toBe(200);
    open();
    expect((await changing).status).toBe(504);
    service.platform.advance(minute);
    await settleElsewhere(service);
    expect(await change("third-Maple-orbit-83", verificationIdOf(stolen))).toMatchObject({
      status: 403,
      body: { code: "step_up_required" },
    });
  });

  test("dies when an identifier changes, on every instance", async () => {
    const [record, another] = [await stepUp(service, "alice"), await stepUp(service, "alice")];
    expect((await alice("PATCH", "/me", { username: "alice_two" }, record)).status).toBe(200);
    const elsewhere = service.as("alice", { url: other.url });
    for (const call of [alice, elsewhere]) {
      expect(await call("POST", "/me/business/reveal", { fields: ["ssn"] }, another)).toMatchObject({
        status: 403,
      });
    }
  });

  test("that ends while a reveal reads shows nothing", async () => {
    const record = await stepUp(service, "alice");
    await alice("PATCH", "/me/business", { ssn: "521-73-8846" }, record);
    const { closed, open } = gate();
    service.tenant.faults.add({
      match: { method: "GET", path: /^\/api\/users\/\w+$/, times: 1 },
      answerGate: closed,
    });
    service.tenant.requests.clear();
    const revealing = alice("POST", "/me/business/reveal", { fields: ["ssn"] }, record);
    await reached("GET", /^\/api\/users\/\w+$/);
    await service.database.kysely.deleteFrom("verification_records").execute();
    open();
    expect(await revealing).toMatchObject({ status: 403, body: { code: "step_up_required" } });
  });
});

describe("a code", () => {
  test("to an address that was taken away elsewhere is not sent, however warm the snapshot", async () => {
    await alice("GET", "/me");
    setEmail("alice.now@example.test");
    expect(await alice("POST", "/me/verification-codes", { email: "alice@example.test" })).toMatchObject({
      status: 403,
      body: { code: "step_up_required" },
    });
  });

  test("whose address is taken away while it is checked gives no record", async () => {
    const verificationCode = await sendCode(service, "alice", { email: "alice@example.test" });
    const { closed, open } = gate();
    service.tenant.faults.add({ match: { path: checkPath, times: 1 }, answerGate: closed });
    service.tenant.requests.clear();
    const checking = alice("POST", "/me/verification-codes/verify", {
      email: "alice@example.test",
      verificationCode,
    });
    await reached("POST", checkPath);
    setEmail("alice.now@example.test");
    open();
    expect(await checking).toMatchObject({ status: 400, body: { code: "code_expired" } });
  });

  test("that is on its way while the password changes is not told as sent: it opens nothing", async () => {
    const record = await stepUp(service, "alice");
    const { closed, open } = gate();
    const sendPath = /^\/api\/verification-codes$/;
    service.tenant.faults.add({ match: { path: sendPath, times: 1 }, answerGate: closed });
    service.tenant.requests.clear();
    const sending = alice("POST", "/me/verification-codes", { email: "alice@example.test" });
    await reached("POST", sendPath);
    expect((await change(newPassword, record)).status).toBe(200);
    open();
    expect(await sending).toMatchObject({ status: 429, body: { code: "too_many_requests" } });
  });

  test("that proves a new address while the password changes proves nothing", async () => {
    const record = await stepUp(service, "alice");
    const proven = { email: "alice.proven@example.test" };
    const verificationCode = await sendCode(service, "alice", proven, record);
    const { closed, open } = gate();
    service.tenant.faults.add({ match: { path: checkPath, times: 1 }, answerGate: closed });
    service.tenant.requests.clear();
    const proving = alice("POST", "/me/verification-codes/verify", { ...proven, verificationCode });
    await reached("POST", checkPath);
    expect((await change(newPassword, record)).status).toBe(200);
    open();
    expect(await proving).toMatchObject({ status: 400, body: { code: "code_expired" } });
    const fresh = verificationIdOf(await verify(newPassword));
    expect(await alice("PATCH", "/me", { primaryEmail: proven.email }, fresh)).toMatchObject({
      status: 422,
      body: { code: "identifier_unproven" },
    });
  });

  test("and a proof that were earned before a change of password are worth nothing after it", async () => {
    const record = await stepUp(service, "alice");
    const proven = { email: "alice.proven@example.test" };
    const verificationCode = await sendCode(service, "alice", proven, record);
    await alice("POST", "/me/verification-codes/verify", { ...proven, verificationCode });
    const own = await sendCode(service, "alice", { email: "alice@example.test" });
    expect((await change(newPassword, record)).status).toBe(200);
    const withOldCode = { email: "alice@example.test", verificationCode: own };
    expect(await alice("POST", "/me/verification-codes/verify", withOldCode)).toMatchObject({
      status: 400,
      body: { code: "code_expired" },
    });
    const fresh = verificationIdOf(await verify(newPassword));
    expect(await alice("PATCH", "/me", { primaryEmail: proven.email }, fresh)).toMatchObject({
      status: 422,
      body: { code: "identifier_unproven" },
    });
  });
});
