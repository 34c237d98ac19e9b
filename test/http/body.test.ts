import { expect, test } from "vitest";
import { createApp, createWorld } from "./support.ts";

const json = "application/json";

async function patch(
  body: string | Uint8Array<ArrayBuffer> | ReadableStream | undefined,
  headers: Record<string, string> = { "Content-Type": json },
) {
  const world = createWorld();
  const authorization = { Authorization: `Bearer ${await world.token()}` };
  const init = { method: "PATCH", headers: { ...authorization, ...headers }, duplex: "half" as const };
  return createApp(world).request("/me", body === undefined ? init : { ...init, body });
}

const stream = (...parts: (string | Uint8Array)[]) =>
  new ReadableStream({
    start(controller) {
      for (const part of parts) {
        controller.enqueue(typeof part === "string" ? new TextEncoder().encode(part) : part);
      }
      controller.close();
    },
  });

test.each([
  json,
  "application/merge-patch+json",
  "Application/JSON; charset=utf-8",
  'application/json;charset="UTF-8"',
  "application/json;",
  "application/json ; ; charset=utf8;",
  "application/json; charset=us-ascii",
  "application/json;charset=US-ASCII; odata.metadata=minimal",
  "application/json; profile=x",
  'application/json; profile="https://schema.example.test/a;b,c"; v="\\"1\\""',
  "application/json; version=1.0; ieee754compatible=true",
  "application/json; utf-8",
  "application/json; charset=",
  "application/merge-patch+json;\tcharset = UTF8",
])("gives the route a body of type %s", async (type) => {
  const response = await patch('{"name":"Zoë 😀"}', { "Content-Type": type });
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ name: "Zoë 😀" });
});

test("puts a chunked body together, characters cut in two included", async () => {
  const bytes = new TextEncoder().encode('{"name":"😀"}');
  const response = await patch(stream(bytes.slice(0, 11), bytes.slice(11)));
  expect(await response.json()).toEqual({ name: "😀" });
});

test.each([
  ["no type", {}],
  ["text/plain", { "Content-Type": "text/plain" }],
  ["application/jsonx", { "Content-Type": "application/jsonx" }],
  ["another +json type", { "Content-Type": "application/ld+json" }],
  ["multipart", { "Content-Type": "multipart/form-data; boundary=x" }],
  ["utf-16", { "Content-Type": "application/json; charset=utf-16" }],
  ["utf-16 behind another parameter", { "Content-Type": "application/json; v=1; charset=utf-16le" }],
  ["two charsets", { "Content-Type": "application/json; charset=utf-8; charset=latin1" }],
  ["latin1 in quotes", { "Content-Type": 'application/json; charset="latin1"' }],
  ["windows-1252", { "Content-Type": "application/json;charset=windows-1252" }],
  ["an open quote", { "Content-Type": 'application/json; v="1' }],
  ["no subtype", { "Content-Type": "application" }],
  ["a type and more", { "Content-Type": "application/json charset=utf-8" }],
  ["two types, the first with a parameter", { "Content-Type": "application/json; v=1, text/plain" }],
  ["two types", { "Content-Type": "application/json, text/plain" }],
  ["gzip", { "Content-Type": json, "Content-Encoding": "gzip" }],
  ["identity spelled out", { "Content-Type": json, "Content-Encoding": "identity" }],
])("refuses a body with %s", async (_name, headers) => {
  const response = await patch(new TextEncoder().encode("{}"), headers);
  expect(response.status).toBe(415);
  expect(await response.json()).toMatchObject({ code: "unsupported_media_type" });
});

test.each([
  ["announced", "1".repeat(65_537), { "Content-Length": "65537" }],
  ["announced with a lie", "1".repeat(65_537), { "Content-Length": "5" }],
  ["in chunks", stream("1".repeat(65_536), "1"), {}],
])("refuses 64 KiB and one byte, %s", async (_name, body, headers) => {
  const response = await patch(body, { "Content-Type": json, ...headers });
  expect(response.status).toBe(413);
  expect(await response.json()).toMatchObject({ code: "body_too_large" });
});

test("accepts exactly 64 KiB", async () => {
  const body = `{"name":"${"a".repeat(65_536 - 11)}"}`;
  expect((await patch(body)).status).toBe(200);
  expect((await patch(stream(body))).status).toBe(200);
});

test.each([
  ["nothing", new Uint8Array()],
  ["invalid UTF-8", new Uint8Array([0x22, 0xc3, 0x28, 0x22])],
  ["an overlong form", new Uint8Array([0x22, 0xc0, 0xaf, 0x22])],
  ["a surrogate in UTF-8", new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22])],
  ["a byte order mark alone", new Uint8Array([0xef, 0xbb, 0xbf])],
  ["two byte order marks", new Uint8Array([0xef, 0xbb, 0xbf, 0xef, 0xbb, 0xbf, 0x7b, 0x7d])],
  ["a byte order mark at the end", new Uint8Array([0x7b, 0x7d, 0xef, 0xbb, 0xbf])],
  ["UTF-16 with its mark", new Uint8Array([0xff, 0xfe, 0x7b, 0, 0x7d, 0])],
])("refuses %s as malformed", async (_name, body) => {
  const response = await patch(body);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ code: "malformed_json" });
});

test("reads a body behind a byte order mark, in one piece or in chunks", async () => {
  const bytes = new TextEncoder().encode('\uFEFF{"name":"Zoë"}');
  for (const body of [bytes, stream(bytes.slice(0, 2), bytes.slice(2))]) {
    const response = await patch(body);
    expect(await response.json()).toEqual({ name: "Zoë" });
  }
});

test("says what is too much in a body that is well-formed", async () => {
  const response = await patch(`{"any":${"[".repeat(8)}${"]".repeat(8)}}`);
  expect(response.status).toBe(400);
  const problem = await response.json();
  expect(problem).toMatchObject({ code: "bad_request", errors: [{ code: "too_deep" }] });
  expect(JSON.stringify(problem)).not.toContain("not well-formed");
});

test("refuses no body at all", async () => {
  expect((await patch(undefined)).status).toBe(400);
});

test.each(["null", "[]", '""', "7"])("refuses %s in place of an object", async (body) => {
  const response = await patch(body);
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({ code: "validation_failed", errors: [{ pointer: "" }] });
});

test("names every unknown field by its place, without quoting its value", async () => {
  const response = await patch('{"isSuspended":"marker-1","a/b":"marker-2"}');
  const text = await response.text();
  expect(response.status).toBe(422);
  expect(text).not.toContain("marker");
  expect(JSON.parse(text)).toMatchObject({
    code: "unknown_field",
    errors: [
      { pointer: "/isSuspended", code: "unknown_field" },
      { pointer: "/a~1b", code: "unknown_field" },
    ],
  });
});

test("reads no body before it knows who calls", async () => {
  const body = stream("{}");
  const init = { method: "PATCH", headers: { "Content-Type": json }, body, duplex: "half" as const };
  const request = new Request("http://localhost/me", init);
  expect((await createApp(createWorld()).request(request)).status).toBe(401);
  expect(request.bodyUsed).toBe(false);
});
