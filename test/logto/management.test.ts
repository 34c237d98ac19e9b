import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import * as z from "zod";
import type { EndpointName } from "../../src/logto/endpoints.ts";
import type { LogtoTuning } from "../../src/logto/tuning.ts";
import { someUser, startLogto, testTuning } from "../support/logto.ts";
import {
  type Behaviour,
  cutOff,
  endEarly,
  flood,
  hang,
  inTurn,
  json,
  reset,
  text,
} from "../support/upstream.ts";

const readRoute = "GET /api/users/u1";
const writeRoute = "PATCH /api/users/u1";
const ids = { userId: "u1" };
const user = z.object({ id: z.string() });

async function start(tuning = testTuning) {
  const logto = await startLogto(tuning);
  const read = () => logto.management.call("getUser", { ids }, user);
  const write = () => logto.management.call("updateUser", { ids, json: { name: "Ann" } }, user);
  return { ...logto, read, write };
}

const failure = (code: string, sent: "no" | "maybe") =>
  expect.objectContaining({ name: "UpstreamFailure", code, sent });

const ann = { ok: true, value: { id: "u1" } };

test("sends the token, and reads an answer with fields it does not know", async () => {
  const { upstream, read } = await start();
  upstream.on(readRoute, json(200, { ...someUser, addedIn2030: true }));
  expect(await read()).toEqual(ann);
  expect(upstream.received[1]?.headers.authorization).toBe("Bearer token-1");
});

test.each(["../x", "a/b", "a?b", "", "x".repeat(65), "%2e%2e", "a b"])(
  "refuses the user id %j before anything is sent",
  async (userId) => {
    const { upstream, management } = await start();
    const call = management.call("getUser", { ids: { userId } }, user);
    await expect(call).rejects.toEqual(failure("upstream_invalid", "no"));
    expect(upstream.received).toEqual([]);
  },
);

test("renews a token that is revoked meanwhile once for a hundred requests", async () => {
  const { upstream, management, read } = await start();
  await read();
  upstream.on(readRoute, (received, response) => {
    const revoked = received.headers.authorization === "Bearer token-1";
    return json(revoked ? 401 : 200, revoked ? { code: "auth.unauthorized" } : someUser)(received, response);
  });
  const answers = await Promise.all(Array.from({ length: 100 }, read));
  expect(answers.every((answer) => answer.ok)).toBe(true);
  expect(upstream.count("POST /oidc/token")).toBe(2);
  expect(management.status()).toEqual({ reachable: true });
});

test("repeats a write after 401 with a renewed token: nothing was evaluated", async () => {
  const { upstream, write } = await start();
  upstream.on(writeRoute, inTurn(json(401, { code: "auth.unauthorized" }), json(200, someUser)));
  expect(await write()).toEqual(ann);
});

test("gives up on an API that always answers 401 after one repetition", async () => {
  const { upstream, read } = await start();
  upstream.on(readRoute, json(401, { code: "auth.unauthorized", data: { sub: "secret" } }));
  await expect(read()).rejects.toEqual(failure("upstream_invalid", "no"));
  expect(upstream.count(readRoute)).toBe(2);
  expect(upstream.count("POST /oidc/token")).toBe(2);
});

test("treats 403 as a bad credential, and requests no token for a while", async () => {
  const { upstream, token, read } = await start();
  upstream.on(readRoute, json(403, { code: "auth.forbidden" }));
  await expect(read()).rejects.toEqual(failure("upstream_unavailable", "no"));
  await expect(read()).rejects.toEqual(failure("upstream_unavailable", "no"));
  expect(token.status().problem).toBe("bad_credential");
  expect(upstream.count("POST /oidc/token")).toBe(1);
});

test("treats no other 403 as a bad credential: that is an answer about the call", async () => {
  const { upstream, token, read } = await start();
  for (const body of [{ code: "session.forbidden" }, { code: "guard.invalid_input" }, {}]) {
    upstream.on(readRoute, json(403, body));
    await read().catch(() => undefined);
    expect(token.status()).toMatchObject({ state: "valid", problem: undefined });
  }
  upstream.on(readRoute, json(200, someUser));
  await read();
  expect(upstream.count("POST /oidc/token")).toBe(1);
});

test.each([
  ["503 once", inTurn(text(503, "later"), json(200, someUser)), 2],
  ["503 twice", inTurn(text(503, ""), text(502, ""), json(200, someUser)), 3],
  ["a reset", inTurn(reset, json(200, someUser)), 2],
  ["a body cut off", inTurn(cutOff, json(200, someUser)), 2],
  ["a body that ends early", inTurn(endEarly, json(200, someUser)), 2],
  ["429 with a short wait", inTurn(text(429, "", { "retry-after": "0" }), json(200, someUser)), 2],
])("repeats a GET after %s", async (_what, behaviour, times) => {
  const { upstream, read } = await start();
  upstream.on(readRoute, behaviour);
  expect(await read()).toEqual(ann);
  expect(upstream.count(readRoute)).toBe(times);
});

test("waits once for a Retry-After of two seconds", async () => {
  const { upstream, read } = await start();
  upstream.on(readRoute, inTurn(text(429, "", { "retry-after": "2" }), json(200, someUser)));
  const answer = read();
  expect(await Promise.race([answer, sleep(1_900, "still waiting")])).toBe("still waiting");
  expect(upstream.count(readRoute)).toBe(1);
  expect(await answer).toEqual(ann);
  expect(upstream.count(readRoute)).toBe(2);
});

test("refuses at once when Retry-After is an hour, and passes it on", async () => {
  const { upstream, read } = await start();
  upstream.on(readRoute, text(429, "", { "retry-after": "3600" }));
  await expect(read()).rejects.toMatchObject({
    code: "upstream_unavailable",
    sent: "no",
    detail: { retryAfter: 3600 },
  });
  expect(upstream.count(readRoute)).toBe(1);
});

test.each<[string, Behaviour, string, LogtoTuning?]>([
  ["503", text(503, "later"), "upstream_unavailable"],
  ["a reset", reset, "upstream_unavailable"],
  ["no answer", hang, "upstream_timeout", { ...testTuning, totalMs: 1_000 }],
  ["a body cut off", cutOff, "upstream_unavailable"],
])(
  "never repeats a PATCH after %s, and does not know whether it took effect",
  async (_what, behaviour, code, tuning) => {
    const { upstream, write } = await start(tuning);
    upstream.on(writeRoute, behaviour);
    await expect(write()).rejects.toEqual(failure(code, "maybe"));
    expect(upstream.count(writeRoute)).toBe(1);
  },
);

test("knows that a PATCH on a refused connection was not sent", async () => {
  const { upstream, write, read } = await start();
  await read();
  await upstream.stop();
  // Repeated until the connection is refused: no pooled socket is left for the write.
  await expect(read()).rejects.toEqual(failure("upstream_unavailable", "no"));
  await expect(write()).rejects.toEqual(failure("upstream_unavailable", "no"));
});

test("repeats calls on pooled sockets that Logto has closed", async () => {
  const { upstream, read } = await start();
  await Promise.all(Array.from({ length: 10 }, read));
  await upstream.stop();
  await upstream.start();
  const answers = await Promise.all(Array.from({ length: 10 }, read));
  expect(answers).toEqual(Array(10).fill(ann));
});

test("waits for a silent Logto until the time limit, and no longer", async () => {
  const { upstream, read } = await start({ ...testTuning, totalMs: 1_000 });
  upstream.on(readRoute, hang);
  const answer = read();
  expect(await Promise.race([answer, sleep(900, "still waiting")])).toBe("still waiting");
  await expect(answer).rejects.toEqual(failure("upstream_timeout", "maybe"));
  expect(upstream.count(readRoute)).toBe(1);
});

test.each([
  ["HTML", text(200, "<html></html>", { "content-type": "text/html" })],
  ["bad JSON", text(200, '{"id":', { "content-type": "application/json" })],
  ["another schema", json(200, { id: 7 })],
  ["no body", json(200)],
  ["50 MB", flood(50_000_000)],
  ["a redirect", text(302, "", { location: "http://127.0.0.1:1/" })],
])("refuses %s as an unexpected answer", async (_what, behaviour) => {
  const { upstream, read } = await start();
  upstream.on(readRoute, behaviour);
  await expect(read()).rejects.toEqual(failure("upstream_invalid", "maybe"));
  expect(upstream.count(readRoute)).toBe(1);
});

test("does not follow a redirect", async () => {
  const { upstream, read } = await start();
  upstream.on("GET /elsewhere", json(200, someUser));
  upstream.on(readRoute, text(307, "", { location: "/elsewhere" }));
  await expect(read()).rejects.toThrow();
  expect(upstream.count("GET /elsewhere")).toBe(0);
});

test("sends the fixed query of an endpoint", async () => {
  const { upstream, management } = await start();
  upstream.on("DELETE /api/users/u1/sessions/s1", json(204));
  const call = { ids: { ...ids, sessionId: "s1" } };
  await management.call("endSession" satisfies EndpointName, call, z.undefined());
  expect(upstream.received.at(-1)?.path).toBe("/api/users/u1/sessions/s1?revokeGrantsTarget=all");
});
