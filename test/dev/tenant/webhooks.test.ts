import { createHmac } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { useShared } from "../../support/fixtures.ts";
import { authorization } from "./credentials.ts";
import { Replay } from "./replay.ts";

const hookSchema = z.object({ signingKey: z.string() });
const events = ["User.Created", "User.Data.Updated", "User.SuspensionStatus.Updated", "User.Deleted"];

describe("webhooks", () => {
  const replay = useShared(Replay.start, (started) => started.close());
  let signingKey: string;

  beforeAll(async () => {
    await replay.reset();
    replay.receiver.status = 500;
    const config = { url: `${replay.receiver.url}/hook`, headers: { "x-custom": "yes" } };
    const created = await api("POST", "/api/hooks", { name: "bff", events, config });
    signingKey = hookSchema.parse(await created.json()).signingKey;
  });

  async function api(method: string, path: string, body?: unknown): Promise<Response> {
    const headers = { ...(await authorization(replay, "management")), "content-type": "application/json" };
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    return fetch(replay.tenant.description.endpoint + path, { method, headers, ...content });
  }

  async function eventsOf(method: string, path: string, body?: unknown): Promise<unknown[]> {
    replay.receiver.clear();
    await api(method, path, body);
    await replay.tenant.webhooksSettled();
    return replay.receiver.deliveries().map((delivery) => JSON.parse(delivery.body).event);
  }

  test("are signed over the raw body, and sent once even when they fail", async () => {
    const bob = replay.placeholders.get("bob");
    expect(await eventsOf("PATCH", `/api/users/${bob}`, { name: "Robert" })).toEqual(["User.Data.Updated"]);
    const [delivery] = replay.receiver.deliveries();
    const signature = createHmac("sha256", signingKey)
      .update(delivery?.body ?? "")
      .digest("hex");
    expect(delivery?.headers).toMatchObject({ "logto-signature-sha-256": signature, "x-custom": "yes" });
    expect(JSON.parse(delivery?.body ?? "")).toMatchObject({
      path: `/users/${bob}`,
      method: "PATCH",
      status: 200,
      params: { userId: bob },
      matchedRoute: "/users/:userId",
      data: { id: bob, name: "Robert" },
    });
  });

  test.each([
    ["POST", "/api/users", { username: "somebody" }, ["User.Created"]],
    ["PATCH", "/api/users/:bob/profile", { profile: { nickname: "Bo" } }, ["User.Data.Updated"]],
    ["PATCH", "/api/users/:bob/custom-data", { customData: {} }, ["User.Data.Updated"]],
    ["PATCH", "/api/users/:bob/password", { password: "another-password" }, ["User.Data.Updated"]],
    ["PATCH", "/api/users/:bob/is-suspended", { isSuspended: true }, ["User.SuspensionStatus.Updated"]],
    ["PUT", "/api/users/:bob/identities/github", { userId: "1" }, []],
    ["DELETE", "/api/users/:bob", undefined, ["User.Deleted"]],
  ])("%s %s sends them as Logto does", async (method, path, body, expected) => {
    expect(await eventsOf(method, replay.placeholders.resolveText(path), body)).toEqual(expected);
  });
});
