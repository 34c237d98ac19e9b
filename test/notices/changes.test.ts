/** What people are told when something about their account changes, and where. */
import { beforeEach, expect, test } from "vitest";
import { useService } from "../support/fixtures.ts";
import { newPassword, useFreshDays } from "../support/people.ts";
import { sendCode, stepUp } from "../support/service.ts";

const service = useService({ sendsNotices: true });
useFreshDays(service);
beforeEach(() => service.platform.idle());

/** The kinds of the notices that an address got during some work. */
async function toldAt(address: string, work: () => Promise<unknown>) {
  const before = service.tenant.notices(address).length;
  await work();
  await service.platform.idle();
  return service.tenant.notices(address).slice(before);
}
const waiting = () => service.database.kysely.selectFrom("notices").selectAll().execute();
const kindsOf = (notices: readonly { kind: string }[]) => notices.map(({ kind }) => kind);

async function changeEmail(username: string, email: string) {
  const record = await stepUp(service, username);
  const verificationCode = await sendCode(service, username, { email }, record);
  await service.as(username)("POST", "/me/verification-codes/verify", { email, verificationCode });
  return service.as(username)("PATCH", "/me", { primaryEmail: email }, record);
}

test("a changed e-mail address is told at the old one, in plain words, without any value", async () => {
  const notices = await toldAt("alice@example.test", async () => {
    expect((await changeEmail("alice", "new-alice@example.test")).status).toBe(200);
  });
  expect(notices).toMatchObject([
    { kind: "email.changed", language: "en", subject: "Your e-mail address was changed" },
  ]);
  expect(notices[0]?.text).toMatch(
    /^The e-mail address of your account at profile\.example\.test was changed\.\nTime: /,
  );
  expect(JSON.stringify(notices)).not.toContain("new-alice");
  expect(service.tenant.notices("new-alice@example.test")).toEqual([]);
  expect(await waiting()).toEqual([]);
});

test("username and phone number are told each by itself, what is no identifier is not", async () => {
  const notices = await toldAt("bob@example.test", async () => {
    const record = await stepUp(service, "bob");
    const change = { username: "bobby", primaryPhone: null, name: "Bob" };
    expect((await service.as("bob")("PATCH", "/me", change, record)).status).toBe(200);
    expect((await service.as("bob")("PATCH", "/me", { name: "Bobby" })).status).toBe(200);
  });
  expect(kindsOf(notices).toSorted()).toEqual(["phone.changed", "username.changed"]);
});

test("a changed password and a reveal are told in the person's language and time zone", async () => {
  const profile = { locale: "de-AT", zoneinfo: "Europe/Vienna" };
  await service.as("carol")("PATCH", "/me", { profile });
  const notices = await toldAt("carol@example.test", async () => {
    const record = await stepUp(service, "carol");
    await service.as("carol")("POST", "/me/business/reveal", { fields: ["ssn"] }, record);
    const body = { password: newPassword };
    expect((await service.as("carol")("PATCH", "/me/password", body, record)).status).toBe(200);
  });
  expect(kindsOf(notices)).toEqual(["details.revealed", "password.changed"]);
  expect(notices[1]).toMatchObject({ language: "de", subject: "Ihr Passwort wurde geändert" });
  expect(notices[1]?.text).toMatch(/Zeitpunkt: \d.*(MEZ|MESZ)/);
});

test("a refused change is not told", async () => {
  const notices = await toldAt("dave@example.test", async () => {
    const refused = await service.as("dave")("PATCH", "/me", { primaryEmail: "new-dave@example.test" });
    expect(refused.status).toBe(403);
    expect((await service.as("dave")("PATCH", "/me", { username: "dave", name: "D" })).status).toBe(200);
  });
  expect(notices).toEqual([]);
});
