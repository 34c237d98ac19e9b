/** An answer of Logto about another user than the one asked for: none of it is shown, kept or acted on. */
import { beforeAll, describe, expect, test } from "vitest";
import { createRepositories } from "../../db/repositories.ts";
import type { Fault } from "../../dev/tenant/http/faults.ts";
import { useService } from "../support/fixtures.ts";
import { settleElsewhere } from "../support/instances.ts";
import { someUser } from "../support/logto.ts";
import { newPassword, useFreshDays } from "../support/people.ts";
import { type Answer, stepUp } from "../support/service.ts";
import { signIn } from "../support/sign-in.ts";

const service = useService();
const alice = service.as("alice");
/** What Logto answers about bob. */
let bob: string;
beforeAll(() => {
  const id = service.userId("bob");
  bob = JSON.stringify({ ...someUser, id, username: "bob", primaryEmail: "bob@example.test", name: "Bob" });
});
// Neither a snapshot nor a lock of the test before is left.
useFreshDays(service);

const oneUser = /^\/api\/users\/\w+$/;
const answerBob = (fault: Partial<Fault> & Pick<Fault, "match">) =>
  service.tenant.faults.add({
    status: 200,
    headers: { "content-type": "application/json" },
    body: bob,
    ...fault,
  });
const pending = () =>
  createRepositories(service.database).journal.forUser(service.userId("alice"), Number.MAX_SAFE_INTEGER);
async function recovered() {
  service.platform.advance(60_000);
  await settleElsewhere(service);
  expect(await pending()).toEqual([]);
}
function expectInvalidUpstream({ status, body, text }: Answer) {
  expect([status, body.code]).toEqual([502, "upstream_invalid"]);
  expect(text).not.toMatch(/bob/i);
}

describe("an answer about bob when alice is asked for", () => {
  test.each(["/me", "/me/custom-data", "/me/business", "/me/has-password"])(
    "is refused at GET %s, and nothing of it is kept",
    async (path) => {
      answerBob({ match: { method: "GET", path: oneUser } });
      expectInvalidUpstream(await alice("GET", path));
      service.tenant.faults.clear();
      expect((await alice("GET", "/me")).body.username).toBe("alice");
      expect((await service.as("bob")("GET", "/me")).body.username).toBe("bob");
    },
  );

  test("is refused after a change, which recovery finishes in both stores", async () => {
    answerBob({ match: { method: "PATCH", path: oneUser, times: 1 }, after: true });
    expectInvalidUpstream(
      await alice("PATCH", "/me", { name: "Changed", business: { ethnicity: "changed" } }),
    );
    await recovered();
    const { body } = await alice("GET", "/me");
    expect([body.username, body.name, body.business.ethnicity]).toEqual(["alice", "Changed", "changed"]);
  });

  test("is refused after a change of password, and recovery ends the sessions", async () => {
    const device = await signIn(service.tenant, "alice", "alice-password-1");
    const record = await stepUp(service, "alice");
    answerBob({ match: { method: "PATCH", path: /\/password$/, times: 1 }, after: true });
    expectInvalidUpstream(await alice("PATCH", "/me/password", { password: newPassword }, record));
    await recovered();
    expect(await device.refresh()).toBe(400);
  });

  test("ends no session of bob's in a list of alice's", async () => {
    const record = await stepUp(service, "alice");
    const accountId = service.userId("bob");
    const session = { payload: { uid: "session-of-bob", accountId }, accountId };
    const match = { method: "GET", path: /\/sessions$/ };
    answerBob({ match, body: JSON.stringify({ sessions: [session] }) });
    const { body } = await alice("PATCH", "/me/password", { password: newPassword }, record);
    expect(body).toEqual({ revokedSessions: 0 });
    expect(service.tenant.requests.count("DELETE", /\/sessions\//)).toBe(0);
  });
});
