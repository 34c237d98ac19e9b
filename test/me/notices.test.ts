/** `/me/notices`: which messages about the account a person gets. */
import { expect, test } from "vitest";
import { ServiceBrowser, useSessionService } from "../support/browser-session.ts";
import { type Call, stepUp } from "../support/service.ts";

const service = useSessionService({}, { sendsNotices: true });
const alice: Call = (...request) => service.as("alice")(...request);
const kindsAt = async (address: string) => {
  await service.platform.idle();
  return service.tenant.notices(address).map(({ kind }) => kind);
};
const reveal = async () =>
  alice("POST", "/me/business/reveal", { fields: ["gender"] }, await stepUp(service, "alice"));

test("a person turns an optional kind off and on again, and is told of that each time", async () => {
  const { body } = await alice("GET", "/me/notices");
  expect(body).toMatchObject({
    choices: { "details.revealed": true, "sessions.ended": true, "applications.revoked": true },
    active: true,
  });
  expect(body.always).toContain("password.changed");
  const off = await alice("PATCH", "/me/notices", { choices: { "details.revealed": false } });
  expect(off.body.choices).toEqual({ ...body.choices, "details.revealed": false });
  expect((await reveal()).status).toBe(200);
  expect(await kindsAt("alice@example.test")).toEqual(["notices.changed"]);
  await alice("PATCH", "/me/notices", { choices: { "details.revealed": true, "sessions.ended": true } });
  expect((await reveal()).status).toBe(200);
  expect(await kindsAt("alice@example.test")).toEqual([
    "notices.changed",
    "notices.changed",
    "details.revealed",
  ]);
  const { items } = (await alice("GET", "/me/activity")).body;
  const entries = items.filter(({ event }: { event: string }) => event === "notices.changed");
  expect(entries.map(({ detail }: { detail: unknown }) => detail)).toEqual([
    { on: ["details.revealed"], off: [] },
    { on: [], off: ["details.revealed"] },
  ]);
});

test.each([
  ["a kind that always comes", { choices: { "password.changed": false } }, "unknown_field"],
  ["an unknown kind", { choices: { "weather.changed": false } }, "unknown_field"],
  ["somebody else", { userId: "bob", choices: {} }, "unknown_field"],
  ["no choice", {}, "validation_failed"],
  ["a text", { choices: { "details.revealed": "off" } }, "validation_failed"],
])("a change that names %s is refused, and not told", async (_what, patch, code) => {
  const before = await kindsAt("alice@example.test");
  expect(await alice("PATCH", "/me/notices", patch)).toMatchObject({ status: 422, body: { code } });
  expect(await kindsAt("alice@example.test")).toEqual(before);
});

test("the page saves what is checked", async () => {
  const browser = new ServiceBrowser(service);
  await browser.signIn("bob");
  const page = await browser.open("/account/notices");
  expect(page.status).toBe(200);
  const [, csrf = ""] = /name="csrf" value="([^"]+)"/.exec(page.text) ?? [];
  const form = { csrf, once: crypto.randomUUID(), "sessions.ended": "on" };
  const saved = await browser.post("/account/notices", form);
  expect(saved.headers.get("location")).toMatch(/^\/account\/notices\?saved=/);
  const { choices } = (await service.as("bob")("GET", "/me/notices")).body;
  expect(choices).toEqual({
    "details.revealed": false,
    "sessions.ended": true,
    "applications.revoked": false,
  });
  expect((await browser.open("/account")).text).toContain("2 kinds are off");
});
