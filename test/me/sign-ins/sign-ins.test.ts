/** Who signed in as somebody, or tried. */
import { beforeEach, expect, test } from "vitest";
import { logged } from "../../support/audit-log.ts";
import { useService } from "../../support/fixtures.ts";
import { useFreshDays } from "../../support/people.ts";
import { signIn } from "../../support/sign-in.ts";

const service = useService({ environment: { LOGTO_WEBHOOK_SIGNING_KEY: "webhook-signing-key" } });
const alice = service.as("alice");
useFreshDays(service);
beforeEach(() => service.tenant.state.auditLog.clear());

const minute = 60_000;
const list = async (cursor?: string) =>
  (await alice("GET", `/me/sign-ins${cursor === undefined ? "" : `?cursor=${cursor}`}`)).body;
const callsToLog = () => service.tenant.requests.count("GET", /^\/api\/logs/);

test("a sign-in is listed with its way, browser, network and what it says of its place", async () => {
  logged(service, "alice", { signInContext: { country: "DE", city: "Berlin" } });
  const { items, lockouts, nextCursor } = await list();
  expect(items).toEqual([
    {
      id: expect.stringMatching(/^[\w-]{22}$/),
      at: expect.any(String),
      result: "ok",
      reason: null,
      seenBy: "tenant",
      application: { id: service.tenant.description.web.appId, name: "profile-web" },
      method: "password",
      secondFactor: null,
      browser: "Firefox",
      system: "Linux",
      address: "203.0.113.0/24",
      reportedPlace: { country: "DE", city: "Berlin" },
    },
  ]);
  expect({ lockouts, nextCursor }).toEqual({ lockouts: "listed", nextCursor: undefined });
});

test("a real sign-in at the tenant's own page is there, and nobody else's", async () => {
  await signIn(service.tenant, "alice", "alice-password-1");
  await signIn(service.tenant, "bob", "bob-password-1");
  expect((await list()).items).toMatchObject([{ result: "ok", method: "password", address: "127.0.0.0/24" }]);
});

test("being asked for a second factor is an ordinary step, a wrong one is not", async () => {
  const asked = { result: "Error", error: { code: "session.mfa.require_mfa_verification" } };
  const wrong = { result: "Error", error: { code: "session.mfa.invalid_totp_code" } };
  const both = [
    { type: "Password", verified: true },
    { type: "Totp", verified: true },
  ];
  logged(service, "alice", { ...asked, agoMs: 3 * minute });
  logged(service, "alice", { ...wrong, step: "Verification.Totp.Submit", agoMs: 2 * minute });
  logged(service, "alice", { step: "Verification.Totp.Submit", agoMs: minute });
  logged(service, "alice", { interaction: { verificationRecords: both } });
  expect((await list()).items).toMatchObject([
    { result: "ok", method: "password", secondFactor: "totp" },
    { result: "refused", reason: "wrong_second_factor" },
  ]);
});

test("what this service refused stands among them by its time", async () => {
  logged(service, "alice", { agoMs: minute });
  await alice("POST", "/me/password/verify", { password: "a-wrong-password" });
  service.platform.advance(minute);
  logged(service, "alice");
  expect((await list()).items.map(({ seenBy, reason }: Record<string, unknown>) => [seenBy, reason])).toEqual(
    [
      ["tenant", null],
      ["here", "wrong_proof"],
      ["tenant", null],
    ],
  );
});

test("pages follow one another without a gap or a repeat while new entries arrive, one call each", async () => {
  for (let ago = 60; ago > 0; ago--) logged(service, "alice", { agoMs: ago * minute });
  // Two of one moment, where a page could end between them.
  logged(service, "alice", { agoMs: 24 * minute });
  const seen: string[] = [];
  let cursor: string | undefined;
  let pages = 0;
  do {
    const page = await list(cursor);
    for (const { id, seenBy } of page.items) if (seenBy === "tenant") seen.push(id);
    cursor = page.nextCursor;
    pages += 1;
    logged(service, "alice");
  } while (cursor !== undefined);
  expect({ listed: seen.length, different: new Set(seen).size }).toEqual({ listed: 61, different: 61 });
  expect(callsToLog()).toBe(pages);
});

test("a page is kept for a few seconds, and those who ask at once share one call", async () => {
  logged(service, "alice");
  await Promise.all([list(), list(), list()]);
  await list();
  expect(callsToLog()).toBe(1);
  service.platform.advance(16_000);
  await list();
  expect(callsToLog()).toBe(2);
});
