import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { Secret } from "../../src/config.ts";
import { parseUserEvent, verifyWebhookSignature } from "../../src/logto/webhooks.ts";

const key = new Secret("signing-key");
const body = new TextEncoder().encode('{"event":"User.Deleted"}');
const signature = createHmac("sha256", "signing-key").update(body).digest("hex");

test("accepts a body signed with the hook's key", async () => {
  expect(await verifyWebhookSignature(body, signature, key)).toBe(true);
});

test.each([
  ["no header", undefined],
  ["an empty one", ""],
  ["one that is no hex", "z".repeat(64)],
  ["a shorter one", signature.slice(2)],
  ["a longer one", `${signature}00`],
  ["another key's", createHmac("sha256", "other").update(body).digest("hex")],
  ["another body's", createHmac("sha256", "signing-key").update("{}").digest("hex")],
])("refuses %s", async (_what, header) => {
  expect(await verifyWebhookSignature(body, header, key)).toBe(false);
});

test.each([
  ["a deleted user", { event: "User.Deleted", data: { id: "u1", name: "Ann" }, params: {} }],
  ["changed data", { event: "User.Data.Updated", data: { id: "u1" }, hookId: "h" }],
  ["a suspension", { event: "User.SuspensionStatus.Updated", params: { userId: "u1" }, data: null }],
])("reads %s", (_what, event) => {
  expect(parseUserEvent(event)).toEqual({ event: event.event, userId: "u1" });
});

test("takes the user from the route, not from custom data that looks like a user", () => {
  const event = { event: "User.Data.Updated", params: { userId: "u1" }, data: { id: "u2" } };
  expect(parseUserEvent(event)).toEqual({ event: "User.Data.Updated", userId: "u1" });
});

test.each([
  ["another event", { event: "User.Created", data: { id: "u1" } }],
  ["no user", { event: "User.Deleted", data: {} }],
  ["an id that is none", { event: "User.Deleted", data: { id: "../x" } }],
  ["no object", "User.Deleted"],
])("ignores %s", (_what, event) => {
  expect(parseUserEvent(event)).toBeUndefined();
});
