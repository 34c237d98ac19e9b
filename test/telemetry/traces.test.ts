/** Traces over OTLP, against a collector that keeps what it gets; and `Server-Timing`. */
import { expect, test } from "vitest";
import { startCollector } from "../support/collector.ts";
import { useService, useShared } from "../support/fixtures.ts";

const collector = useShared(startCollector, (started) => started.stop());
const service = useService(() => ({
  environment: {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    SERVER_TIMING: "on",
  },
}));

const traceId = "0af7651916cd43dd8448eb211c80319c";
const callerSpan = "b7ad6b7169203331";
const traceparent = `00-${traceId}-${callerSpan}-01`;
const fresh = { "cache-control": "no-cache" };
const server = 2;
const client = 3;
const requestIdOf = ({ headers }: { headers: Headers }) => headers.get("x-request-id") ?? "";

test("a request, its calls to Logto and its statements are spans of the caller's trace, which Logto gets too", async () => {
  service.tenant.requests.clear();
  const answer = await service.as("alice")("GET", "/me", undefined, { ...fresh, traceparent });
  expect(answer.status).toBe(200);
  const spans = await collector.traceOf(requestIdOf(answer));
  const [request, ...others] = spans.filter(({ kind }) => kind === server);
  expect(others).toEqual([]);
  expect(request).toMatchObject({ name: "GET /me", traceId, parentSpanId: callerSpan });
  expect(request?.attributes).toMatchObject({
    "http.request.method": "GET",
    "http.route": "/me",
    "http.response.status_code": 200,
  });

  const steps = spans.filter(({ kind }) => kind === client);
  expect(steps.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["logto getUser", "logto jwks", "database select vault"]),
  );
  const [read] = steps.filter(({ name }) => name === "logto getUser");
  const sent = service.tenant.requests.all().find(({ path }) => path.startsWith("/api/users/"));
  expect(sent?.trace).toEqual({ traceparent: `00-${traceId}-${read?.spanId}-01` });
});

test("a batch of statements is one span, and a request without a trace begins one", async () => {
  const answer = await service.as("alice")("PATCH", "/me", { name: "Ann", business: { gender: "f" } });
  const spans = await collector.traceOf(requestIdOf(answer));
  const [request] = spans.filter(({ kind }) => kind === server);
  expect(request?.parentSpanId).toBeUndefined();
  expect(request?.traceId).not.toBe(traceId);
  expect(spans.some(({ name }) => /^database \d statements$/.test(name))).toBe(true);
  expect(spans.some(({ name }) => name === "logto updateUser")).toBe(true);
});

test("a trace that the caller does not record is not recorded here either", async () => {
  const before = collector.spans().length;
  const unrecorded = `00-${"1".repeat(32)}-${callerSpan}-00`;
  await service.as("alice")("GET", "/me", undefined, { ...fresh, traceparent: unrecorded });
  const answer = await service.as("alice")("GET", "/me", undefined, fresh);
  await collector.traceOf(requestIdOf(answer));
  expect(collector.spans().length).toBeGreaterThan(before);
  expect(collector.text()).not.toContain("1".repeat(32));
});

test("what a caller writes into its headers, the path and the query is in no span, and goes to Logto in no header", async () => {
  service.tenant.requests.clear();
  const headers = { traceparent, tracestate: "own=marker-state", baggage: "user=marker-baggage", ...fresh };
  await service.as("alice")("GET", "/me", undefined, headers);
  const refused = await service.as("alice")("GET", "/me?email=marker-query", undefined, headers);
  const unknown = await service.as("alice")("GET", "/marker-path", undefined, headers);
  await collector.traceOf(requestIdOf(refused));
  const [request] = (await collector.traceOf(requestIdOf(unknown))).filter(
    ({ attributes }) => attributes["request.id"] === requestIdOf(unknown),
  );
  expect(request).toMatchObject({ name: "no route", events: [], status: { code: 0 } });
  expect(collector.text()).not.toMatch(/marker|url\.full/);
  const [sent, ...others] = service.tenant.requests.all();
  expect(others).toEqual([]);
  expect(Object.keys(sent?.trace ?? {})).toEqual(["traceparent"]);
});

test("Server-Timing says how long it took, and how much of it for whom", async () => {
  const { headers } = await service.as("alice")("GET", "/me", undefined, fresh);
  expect(headers.get("server-timing")).toMatch(
    /^total;dur=[\d.]+, logto;dur=[\d.]+;desc="1", database;dur=[\d.]+;desc="1"$/,
  );
  const refused = await service.anonymous("GET", "/me");
  expect(refused.headers.get("server-timing")).toMatch(/^total;dur=/);
});
