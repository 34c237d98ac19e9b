/** Bodies, methods and media types that must be refused, on every call they could be sent to. */
import { gzipSync } from "node:zlib";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { problems } from "../../src/problem-codes.ts";
import { useService } from "../support/fixtures.ts";
import { expectRefusal, expectRefused, expectStandardHeaders } from "../support/refusals.ts";
import { type ApiCall, listCalls, sampleBody, takesJson } from "../support/routes.ts";
import type { Answer } from "../support/service.ts";

const service = useService();
let authorization: string;
let withBody: ApiCall[];
let calls: ApiCall[];
beforeAll(async () => {
  authorization = `Bearer ${await service.token("alice")}`;
  calls = await listCalls(service);
  withBody = calls.filter(takesJson);
});
beforeEach(() => service.tenant.requests.clear());

type Body = string | Uint8Array<ArrayBuffer> | ReadableStream;

/** Sends a body as it is, with its type or without one. */
async function send(
  { method, path }: Pick<ApiCall, "method" | "path">,
  body: Body,
  headers: Record<string, string> = { "content-type": "application/json" },
): Promise<Answer> {
  const init = { method, headers: { authorization, ...headers }, body, duplex: "half" as const };
  const response = await fetch(`${service.url}${path}`, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text) };
}
const bytes = (text: string) => new TextEncoder().encode(text);
const stream = (size: number) => new Blob(["1".repeat(size)]).stream();
const me = { method: "PATCH", path: "/me" };

describe("size", () => {
  test.each<[string, () => Body]>([
    ["64 KiB and one byte, announced", () => "1".repeat(65_537)],
    ["64 KiB and one byte, in chunks", () => stream(65_537)],
    ["1 MB, announced", () => "1".repeat(1_000_000)],
    ["1 MB, in chunks", () => stream(1_000_000)],
  ])("every call refuses %s", async (_name, body) => {
    for (const call of withBody) {
      await expectRefused(service, [413, "body_too_large"], () => send(call, body()));
    }
  });

  test("exactly 64 KiB are read", async () => {
    const name = "a".repeat(65_536 - '{"name":""}'.length);
    expectRefusal(await send(me, `{"name":"${name}"}`), 422, "validation_failed");
  });
});

describe("media type", () => {
  test.each<[string, Record<string, string>]>([
    ["no type", {}],
    ["text/plain", { "content-type": "text/plain" }],
    ["application/jsonx", { "content-type": "application/jsonx" }],
    ["text/json", { "content-type": "text/json" }],
    ["application/x-json", { "content-type": "application/x-json" }],
    ["a form", { "content-type": "application/x-www-form-urlencoded" }],
    ["multipart", { "content-type": "multipart/form-data; boundary=x" }],
    ["JSON Patch", { "content-type": "application/json-patch+json" }],
    ["utf-16", { "content-type": "application/json; charset=utf-16" }],
    ["latin-1", { "content-type": "application/json; charset=iso-8859-1" }],
    ["two charsets", { "content-type": "application/json; charset=utf-8; charset=utf-16" }],
    ["two types", { "content-type": "application/json, text/plain" }],
    ["gzip", { "content-type": "application/json", "content-encoding": "gzip" }],
    ["deflate", { "content-type": "application/json", "content-encoding": "deflate" }],
    ["identity", { "content-type": "application/json", "content-encoding": "identity" }],
  ])("every call refuses %s", async (name, headers) => {
    for (const call of withBody) {
      const json = JSON.stringify(sampleBody(call));
      const body = name === "gzip" ? new Uint8Array(gzipSync(json)) : bytes(json);
      await expectRefused(service, [415, "unsupported_media_type"], () => send(call, body, headers));
    }
  });

  test.each([
    "application/json;",
    "application/json; charset=utf8",
    'application/json;charset="UTF-8"; odata.metadata=minimal',
    "application/json; charset=us-ascii",
    'application/merge-patch+json; profile="https://schema.example.test/a;b"',
  ])("a body of type %s is read", async (type) => {
    const body = bytes('{"name":"Zoë"}');
    expect(await send(me, body, { "content-type": type })).toMatchObject({
      status: 200,
      body: { name: "Zoë" },
    });
  });

  test("a merge patch is a body of PATCH alone", async () => {
    const type = { "content-type": "application/merge-patch+json" };
    for (const call of withBody.filter(({ method }) => method === "POST")) {
      const body = JSON.stringify(sampleBody(call));
      await expectRefused(service, [415, "unsupported_media_type"], () => send(call, body, type));
    }
    expect((await send(me, "{}", type)).status).toBe(200);
  });
});

describe("JSON", () => {
  const deep = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
  const keys = (count: number) => `{${Array.from({ length: count }, (_, key) => `"k${key}":1`).join(",")}}`;
  test.each<[string, Body]>([
    ["nothing", bytes("")],
    ["blanks", "  \n"],
    ["a word", "nul"],
    ["a trailing comma", '{"name":"x",}'],
    ["a comment", '{/**/"name":"x"}'],
    ["two documents", '{"name":"x"}{"name":"y"}'],
    ["brackets without an end", "[".repeat(30_000)],
    ["a duplicate key", '{"name":"x","name":"y"}'],
    ["a duplicate key in disguise", String.raw`{"name":"x","n\u0061me":"y"}`],
    ["a duplicate key below", '{"profile":{"nickname":"x","nickname":"y"}}'],
    ["invalid UTF-8", new Uint8Array([...bytes('{"name":"'), 0xc3, 0x28, ...bytes('"}')])],
    ["an overlong slash", new Uint8Array([...bytes('{"name":"'), 0xc0, 0xaf, ...bytes('"}')])],
    ["a surrogate in UTF-8", new Uint8Array([...bytes('{"name":"'), 0xed, 0xa0, 0x80, ...bytes('"}')])],
    ["a byte order mark within", '{"name":\uFEFF"x"}'],
    ["UTF-16", new Uint8Array(Buffer.from('{"name":"x"}', "utf16le"))],
    ["a lone surrogate", String.raw`{"name":"\ud800"}`],
    ["a lone surrogate in a key", String.raw`{"customData":{"preferences":{"\udfff":1}}}`],
    ["U+0000", String.raw`{"name":"a\u0000b"}`],
    ["U+0000 in a key", String.raw`{"customData":{"preferences":{"\u0000":1}}}`],
    ["__proto__", '{"__proto__":{}}'],
    ["NaN", '{"name":NaN}'],
  ])("every call refuses %s as malformed", async (_name, body) => {
    for (const call of withBody) {
      await expectRefused(service, [400, "malformed_json"], () => send(call, body));
    }
  });

  test.each<[string, string]>([
    ["depth 9", deep(9)],
    ["depth 10,000", deep(10_000)],
    ["201 keys", keys(201)],
    ["6,000 keys", keys(6000)],
  ])("every call refuses %s as too much, not as malformed", async (_name, body) => {
    for (const call of withBody) {
      const { text } = await expectRefused(service, [400, "bad_request"], () => send(call, body));
      expect(text).not.toContain("not well-formed");
    }
  });

  test("a body behind a byte order mark is read", async () => {
    const body = new Uint8Array([0xef, 0xbb, 0xbf, ...bytes('{"customData":{"newsletter":true}}')]);
    expect(await send(me, body)).toMatchObject({ status: 200, body: { customData: { newsletter: true } } });
  });

  test.each(["null", "[]", '""', "7", "true", "[{}]"])(
    "every call refuses %s for an object",
    async (body) => {
      for (const call of withBody) {
        await expectRefused(service, [422, "validation_failed"], () => send(call, body));
      }
    },
  );

  test.each(["1e400", "-1e400", "9007199254740993", "1e-400", "0.1234567890123456789"])(
    "the number %s, which would change in silence, is named by its place",
    async (number) => {
      const body = `{"customData":{"preferences":{"a":[0,${number}]}}}`;
      const answer = await expectRefused(service, [422, "validation_failed"], () => send(me, body));
      expect(answer.body.errors).toMatchObject([{ pointer: "/customData/preferences/a/1" }]);
    },
  );

  // Work that grew faster than the body, 64 Ki squared, would outlast the test.
  test("hostile bodies of 64 KiB, again and again, are refused and keep nobody out", async () => {
    const parts = ['"', "[", "{", '\\"', " ", "1", '{"a":', "\\u0061"];
    const bodies = parts.map((part) => part.repeat(65_536 / part.length));
    for (let round = 0; round < 5; round += 1) {
      const answers = Promise.all(bodies.map((body) => send(me, body)));
      expect((await service.as("bob")("GET", "/me")).status).toBe(200);
      for (const { status } of await answers) expect([400, 422]).toContain(status);
    }
  });
});

describe("methods", () => {
  const all = ["GET", "POST", "PUT", "PATCH", "DELETE", "PROPFIND", "QUERY", "SEARCH"];
  const outside = ["/", "/healthz", "/readyz", "/openapi.json", "/problems/csrf"];

  test("every path answers a method it does not take with 405 and the list of those it takes", async () => {
    const served = new Map(outside.map((path) => [path, ["GET"]]));
    for (const { path, method } of calls) served.set(path, [...(served.get(path) ?? []), method]);
    for (const [path, methods] of served) {
      const taken = [...methods, ...(methods.includes("GET") ? ["HEAD"] : []), "OPTIONS"].sort();
      for (const method of all.filter((candidate) => !taken.includes(candidate))) {
        const act = () => service.as("alice")(method, path);
        const answer = await expectRefused(service, [405, "method_not_allowed"], act);
        expect(answer.headers.get("allow")?.split(", ").sort()).toEqual(taken);
      }
      const options = await service.anonymous("OPTIONS", path);
      expect(options.status).toBe(204);
      expectStandardHeaders(options.headers);
    }
  });

  test("HEAD answers as GET does, without a body and without an effect", async () => {
    const alice = service.as("alice");
    const before = (await alice("GET", "/me/activity")).text;
    for (const { path, method } of calls) {
      const answer = await alice("HEAD", path, undefined, { "idempotency-key": "head" });
      expect(answer.status).toBe(
        calls.some((call) => call.path === path && call.method === "GET") ? 200 : 405,
      );
      expect({ method, text: answer.text }).toEqual({ method, text: "" });
      expectStandardHeaders(answer.headers);
    }
    expect(service.tenant.requests.all().filter(({ method }) => method !== "GET")).toEqual([]);
    expect((await alice("GET", "/me/activity")).text).toBe(before);
  });
});

test("every problem's type leads to an explanation, and that of an unknown code is not found", async () => {
  for (const [code, { status }] of Object.entries(problems)) {
    const { body } = await service.anonymous("GET", `/problems/${code}`);
    expect(body).toMatchObject({ code, status, title: expect.any(String), help: expect.any(String) });
  }
  for (const code of ["nothing", "__proto__", "toString", "CSRF"]) {
    expectRefusal(await service.anonymous("GET", `/problems/${code}`), 404, "not_found");
  }
});
