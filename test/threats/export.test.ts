/** The export hands out everything at once: to nobody but the person, once an hour, whole or visibly not. */
import { beforeEach, describe, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { createServices } from "../../src/compose.ts";
import { streamOf } from "../../src/http/stream.ts";
import { startServer } from "../../src/runtime/node/server.ts";
import { useInstance, useService } from "../support/fixtures.ts";
import { lastActivity, newPassword, tally, useFreshDays } from "../support/people.ts";
import { type Answer, stepUp } from "../support/service.ts";

const hour = 3_600_000;

const service = useService();
const elsewhere = useInstance(service);
useFreshDays(service);

const exportFrom = (proof: Record<string, string>, username = "alice", url?: string): Promise<Answer> =>
  service.as(username, url === undefined ? {} : { url })("POST", "/me/export", undefined, proof);

describe("once an hour:", () => {
  let proof: Record<string, string>;
  beforeEach(async () => {
    proof = await stepUp(service, "alice");
  });

  test("the second is refused until the hour is over, also with a key that names the first", async () => {
    const key = { "idempotency-key": "one" };
    expect((await exportFrom({ ...proof, ...key })).status).toBe(200);
    const { status, headers, body } = await exportFrom({ ...proof, ...key });
    expect({ status, code: body.code }).toEqual({ status: 429, code: "too_many_requests" });
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(3_590);
    expect((await exportFrom(await stepUp(service, "bob"), "bob")).status).toBe(200);
    service.platform.advance(hour);
    expect((await exportFrom(await stepUp(service, "alice"))).status).toBe(200);
  });

  test("of two instances at once one answers", async () => {
    const answers = await Promise.all([exportFrom(proof), exportFrom(proof, "alice", elsewhere.url)]);
    expect(tally(answers)).toEqual({ 200: 1, 429: 1 });
  });

  test("without step-up it costs nothing, and is in no activity", async () => {
    expect((await exportFrom({})).status).toBe(403);
    expect(await lastActivity(service, "alice")).toMatchObject({ event: "step_up.granted" });
    expect((await exportFrom(proof)).status).toBe(200);
  });

  test.each([
    "all-identities",
    "mfa-verifications",
    "personal-access-tokens",
    "logto-configs",
    "sessions",
    "grants",
    "roles",
    "organizations",
    "logs",
  ])("while Logto does not answer for %s it is refused before a byte, and costs nothing", async (path) => {
    const mend = service.tenant.faults.add({ match: { path: new RegExp(`/${path}$`) }, status: 418 });
    const { status, headers } = await exportFrom(proof);
    expect({ status, type: headers.get("content-type") }).toEqual({
      status: 502,
      type: "application/problem+json",
    });
    expect(await lastActivity(service, "alice")).toMatchObject({ event: "step_up.granted" });
    mend();
    expect((await exportFrom(proof)).status).toBe(200);
  });

  test("a release of Logto without some of these paths has none of it", async () => {
    for (const path of ["personal-access-tokens", "logto-configs", "grants"])
      service.tenant.faults.add({ match: { path: new RegExp(`/${path}$`) }, status: 404, body: "Not Found" });
    const { status, body } = await exportFrom(proof);
    expect({ status, ...body }).toMatchObject({
      status: 200,
      personalAccessTokens: null,
      signInSettings: null,
      applications: null,
    });
  });

  test("an answer about somebody else is refused whole", async () => {
    const grants = [{ id: "g", payload: { accountId: service.userId("bob"), clientId: "bobs-app" } }];
    const body = JSON.stringify({ grants });
    service.tenant.faults.add({
      match: { path: /\/grants$/ },
      status: 200,
      headers: { "content-type": "application/json" },
      body,
    });
    const { status, text } = await exportFrom(proof);
    expect({ status, leaked: text.includes("bobs-app") }).toEqual({ status: 502, leaked: false });
  });

  test("what a password change ends meanwhile opens nothing, and costs nothing", async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    service.tenant.faults.add({ match: { path: /\/api\/logs$/ }, gate });
    const pending = exportFrom(proof);
    await expect
      .poll(() => service.tenant.requests.all().some(({ path }) => path.endsWith("/roles")))
      .toBe(true);
    const change = await service.as("alice")(
      "PATCH",
      "/me/password",
      { password: newPassword },
      await stepUp(service, "alice"),
    );
    expect(change.status).toBe(200);
    open();
    expect((await pending).status).toBe(403);
    const verified = await service.as("alice")("POST", "/me/password/verify", { password: newPassword });
    expect((await exportFrom({ "verification-id": verified.body.verificationId })).status).toBe(200);
  });
});

describe("a long activity", () => {
  /** The app in this process, so that nothing but the reader takes its pieces. */
  async function startReading() {
    const { config, platform, database } = service;
    const services = await createServices(config, platform, database);
    const userId = service.userId("alice");
    const many = {
      userId,
      at: platform.now(),
      event: "profile.updated",
      clientId: "c",
      requestId: "r",
      detail: {},
    };
    await services.db.batch(Array.from({ length: 1_000 }, () => services.db.activity.insert(many)));
    const headers = {
      authorization: `Bearer ${await service.token("alice")}`,
      ...(await stepUp(service, "alice")),
    };
    const response = await createApp(services).request("/me/export", { method: "POST", headers });
    if (!response.body) throw new Error(`it answered ${response.status}`);
    return { services, userId, reader: response.body.pipeThrough(new TextDecoderStream()).getReader() };
  }

  test("comes page by page, whole and in its order", async () => {
    const { reader } = await startReading();
    const pieces: string[] = [];
    for (let next = await reader.read(); !next.done; next = await reader.read()) pieces.push(next.value);
    const { activity, complete } = JSON.parse(pieces.join(""));
    const places = activity.items.map(({ sequence }: { sequence: number }) => sequence);
    expect({
      complete,
      inOrder: places.every((place: number, index: number) => place === index + 1),
    }).toEqual({
      complete: true,
      inOrder: true,
    });
    expect(places.length).toBeGreaterThan(1_000);
    expect(Math.max(...pieces.slice(1).map(({ length }) => length))).toBeLessThan(100_000);
  });

  test("that is erased meanwhile breaks off, is no JSON, and costs nothing", async () => {
    const { reader, services, userId } = await startReading();
    const first = await reader.read();
    await service.database.kysely.deleteFrom("activity").where("user_id", "=", userId).execute();
    const rest = async () => {
      for (let next = await reader.read(); !next.done; next = await reader.read());
    };
    await expect(rest()).rejects.toThrow();
    expect(() => JSON.parse(String(first.value))).toThrow();
    expect(service.platform.lines.at(-1)).toContain("export.broken_off");
    const counted = await services.db.limits.counted([`export:user:${userId}`], service.platform.now());
    expect(counted).toMatchObject([{ count: 0 }]);
    await service.database.kysely.deleteFrom("activity_heads").where("user_id", "=", userId).execute();
  });

  test("whose reader hangs up is not read on, and the hour is used", async () => {
    const { reader, services, userId } = await startReading();
    await reader.read();
    await reader.cancel();
    const counted = await services.db.limits.counted([`export:user:${userId}`], service.platform.now());
    expect(counted).toMatchObject([{ count: 1 }]);
  });
});

test("a body that fails while it is sent breaks its connection", async () => {
  const failures: unknown[] = [];
  const body = () =>
    streamOf(
      (async function* () {
        yield '{"first": 1';
        throw new Error("no more");
      })(),
      async (error) => void failures.push(error),
    );
  const server = await startServer({
    port: 0,
    publicUrl: "http://localhost",
    fetch: () => new Response(body()),
  });
  try {
    const answer = await fetch(server.url, { method: "POST" });
    await expect(answer.text()).rejects.toThrow();
    expect(failures).toHaveLength(1);
  } finally {
    await server.close();
  }
});
