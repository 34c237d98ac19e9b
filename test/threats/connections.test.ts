/** Requests that no HTTP client sends: the bytes themselves are the attack. */
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ProblemCode } from "../../src/problem-codes.ts";
import { useService } from "../support/fixtures.ts";
import { expectRefused } from "../support/refusals.ts";
import { exchange, head, parseAnswer } from "../support/sockets.ts";

const service = useService();
let port: number;
let alice: string;
let bob: string;
beforeAll(async () => {
  port = Number(new URL(service.url).port);
  alice = `Authorization: Bearer ${await service.token("alice")}`;
  bob = `authorization: Bearer ${await service.token("bob")}`;
});
beforeEach(() => service.tenant.requests.clear());

const host = "Host: localhost";
const close = "Connection: close";
const json = "Content-Type: application/json";
const patch = '{"name":"Smuggled"}';

/** Asserts that these bytes get one refusal, and that no Management API call was made for them. */
async function refuses(status: number, code: ProblemCode, bytes: string) {
  const answer = await expectRefused(service, [status, code], async () =>
    parseAnswer(await exchange(port, bytes)),
  );
  expect(service.tenant.requests.all().filter(({ path }) => path.startsWith("/api/"))).toEqual([]);
  return answer;
}

describe("framing", () => {
  test.each<[string, () => string]>([
    ["no Host", () => head("GET /me HTTP/1.1", alice)],
    ["two Hosts", () => head("GET /me HTTP/1.1", host, "HOST: evil.test", alice)],
    ["two equal Hosts", () => head("GET /me HTTP/1.1", host, host, alice)],
    ["a Host with credentials", () => head("GET /me HTTP/1.1", "Host: a@b", alice)],
    ["two Authorization headers", () => head("GET /me HTTP/1.1", host, alice, bob)],
    ["one Authorization header twice", () => head("GET /me HTTP/1.1", host, alice, alice)],
    [
      "a length and chunks",
      () => head("PATCH /me HTTP/1.1", host, alice, json, "Content-Length: 5", "Transfer-Encoding: chunked"),
    ],
    [
      "chunks and a length",
      () => head("PATCH /me HTTP/1.1", host, alice, json, "Transfer-Encoding: chunked", "Content-Length: 5"),
    ],
    [
      "two lengths",
      () => head("PATCH /me HTTP/1.1", host, alice, json, "Content-Length: 5", "Content-Length: 6"),
    ],
    ["a list of lengths", () => head("PATCH /me HTTP/1.1", host, alice, json, "Content-Length: 5, 5")],
    ["a negative length", () => head("PATCH /me HTTP/1.1", host, alice, json, "Content-Length: -1")],
    ["a hexadecimal length", () => head("PATCH /me HTTP/1.1", host, alice, json, "Content-Length: 0x5")],
    [
      "an endless length",
      () => head("PATCH /me HTTP/1.1", host, alice, json, `Content-Length: ${"9".repeat(40)}`),
    ],
    [
      "a blank before the colon",
      () => head("PATCH /me HTTP/1.1", host, alice, "Transfer-Encoding : chunked"),
    ],
    [
      "an encoding after chunked",
      () => head("PATCH /me HTTP/1.1", host, alice, json, "Transfer-Encoding: chunked, identity"),
    ],
    [
      "an encoding nobody knows",
      () => head("PATCH /me HTTP/1.1", host, alice, json, "Transfer-Encoding: xchunked"),
    ],
    ["a folded header", () => head("GET /me HTTP/1.1", host, "X: a", " b", alice)],
    ["a U+0000 in a header", () => head("GET /me HTTP/1.1", host, "X: a\0b", alice)],
    ["a bare carriage return", () => head("GET /me HTTP/1.1", host, "X: a\rContent-Length: 5", alice)],
    ["a bare line feed", () => `GET /me HTTP/1.1\n${host}\n${alice}\n\n`],
    [
      "a chunk of no size",
      () => `${head("PATCH /me HTTP/1.1", host, alice, json, "Transfer-Encoding: chunked")}zz\r\n`,
    ],
    [
      "a compressed transfer",
      () => head("PATCH /me HTTP/1.1", host, alice, json, "Transfer-Encoding: gzip, chunked", close),
    ],
    ["an empty Host", () => head("GET /me HTTP/1.1", "Host:", alice)],
    ["a Host that is no host", () => head("GET /me HTTP/1.1", "Host: a b", alice, close)],
    ["an unknown version", () => head("GET /me HTTP/3.0", host, alice)],
    ["HTTP/0.9", () => "GET /me\r\n\r\n"],
    ["the preface of HTTP/2", () => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    ["a method in lower case", () => head("get /me HTTP/1.1", host, alice)],
    ["a method nobody knows", () => head("STEAL /me HTTP/1.1", host, alice)],
    ["a TLS greeting", () => "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03\r\n\r\n"],
    [
      "another server as its target",
      () => head("GET http://169.254.169.254/me HTTP/1.1", host, alice, close),
    ],
    ["another port as its target", () => head("GET http://localhost:8080/me HTTP/1.1", host, alice, close)],
    ["a fragment in its target", () => head("GET /me#x HTTP/1.1", host, alice, close)],
    ["a letter beyond ASCII in its target", () => head("GET /mé HTTP/1.1", host, alice, close)],
    ["an asterisk as its target", () => head("OPTIONS * HTTP/1.1", host, alice, close)],
    ["an expectation nobody can meet", () => head("GET /me HTTP/1.1", host, alice, "Expect: tea", close)],
  ])("refuses %s", async (_name, bytes) => {
    await refuses(400, "bad_request", bytes());
  });

  test("serves a person over HTTP/1.0, and under an absolute target that names this server", async () => {
    for (const bytes of [
      head("GET /me HTTP/1.0", alice),
      head("GET http://localhost/me HTTP/1.1", host, alice, close),
      head("GET https://profile.example.test/me HTTP/1.1", host, alice, close),
    ]) {
      const answer = await exchange(port, bytes);
      expect(answer).toContain('"username":"alice"');
    }
  });

  test.each(["chunked body", "announced body"])("answers a GET once, whatever its %s says", async (kind) => {
    const inner = head("PATCH /me HTTP/1.1", host, alice, json, `Content-Length: ${patch.length}`) + patch;
    const chunk = `${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`;
    const framed =
      kind === "chunked body"
        ? head("GET /healthz HTTP/1.1", host, "Transfer-Encoding: chunked", close) + chunk
        : head("GET /healthz HTTP/1.1", host, `Content-Length: ${inner.length}`, close) + inner;
    const answers = await exchange(port, framed);
    expect(answers.match(/HTTP\/1\.1 \d{3}/g)).toEqual(["HTTP/1.1 200"]);
    expect(service.tenant.state.users.get(service.userId("alice"))?.name).toBe("Alice Example");
  });

  test("answers a whole request before it refuses what follows", async () => {
    const whole = head("PATCH /me HTTP/1.1", host, alice, json, "Content-Length: 2");
    for (const [bytes, answers] of [
      [`${whole}{}garbage\r\n\r\n`, ["200", "400"]],
      [`${whole.replace(host, `${host}\r\n${close}`)}{}GET / HTTP/1.1\r\n\r\n`, ["200"]],
    ] as const) {
      const seen = (await exchange(port, bytes)).match(/(?<=HTTP\/1\.1 )\d{3}/g);
      expect(seen).toEqual(answers);
    }
  });

  test.each([
    ["nobody", 401, () => head("PATCH /me HTTP/1.1", host, "Content-Length: 3000000", close)],
    ["a person", 413, () => head("PATCH /me HTTP/1.1", host, alice, json, "Content-Length: 3000000", close)],
    ["two people", 400, () => head("PATCH /me HTTP/1.1", host, alice, bob, "Content-Length: 3000000")],
  ])("sends the refusal of a large body to %s before it closes", async (_who, status, bytes) => {
    const answer = parseAnswer(await exchange(port, bytes() + "x".repeat(3_000_000)));
    expect(answer.status).toBe(status);
  });

  test("takes no credentials from the trailer of a chunked body", async () => {
    const start = head(
      "PATCH /me HTTP/1.1",
      host,
      json,
      "Transfer-Encoding: chunked",
      "Trailer: Authorization",
      close,
    );
    const body = `${patch.length.toString(16)}\r\n${patch}\r\n0\r\n${alice}\r\n\r\n`;
    await refuses(401, "unauthenticated", start + body);
  });
});

describe("size", () => {
  test.each<[string, number, ProblemCode, () => string]>([
    [
      "a 9 KB URL",
      414,
      "uri_too_long",
      () => head(`GET /me?${"a".repeat(9000)} HTTP/1.1`, host, alice, close),
    ],
    ["a 9 KB path", 414, "uri_too_long", () => head(`GET /${"a".repeat(9000)} HTTP/1.1`, host, alice, close)],
    [
      "17 KB in one header",
      431,
      "headers_too_large",
      () => head("GET /me HTTP/1.1", host, `X: ${"a".repeat(17_000)}`),
    ],
    [
      "17 KB in many headers",
      431,
      "headers_too_large",
      () => head("GET /me HTTP/1.1", host, ...Array(1200).fill(`X: ${"a".repeat(14)}`)),
    ],
    ["a 17 KB URL", 431, "headers_too_large", () => head(`GET /${"a".repeat(17_000)} HTTP/1.1`, host)],
    [
      "a 1 MB token",
      431,
      "headers_too_large",
      () => head("GET /me HTTP/1.1", host, `Authorization: Bearer ${"a".repeat(1_000_000)}`),
    ],
    [
      "a terabyte that is announced",
      413,
      "body_too_large",
      () => head("PATCH /me HTTP/1.1", host, alice, json, "Content-Length: 1099511627776", close),
    ],
    [
      "64 KiB and a byte in small chunks",
      413,
      "body_too_large",
      () =>
        `${head("PATCH /me HTTP/1.1", host, alice, json, "Transfer-Encoding: chunked", close)}${"1\r\n7\r\n".repeat(65_537)}0\r\n\r\n`,
    ],
  ])("refuses %s", async (_name, status, code, bytes) => {
    await refuses(status, code, bytes());
  });

  test("reads the last of 2,500 headers, which Node would cut off by default", async () => {
    const filler = Array.from({ length: 2500 }, () => "X: 1");
    expect(
      parseAnswer(await exchange(port, head("GET /me HTTP/1.1", host, ...filler, alice, close))).status,
    ).toBe(200);
    service.tenant.requests.clear();
    await refuses(400, "bad_request", head("GET /me HTTP/1.1", host, alice, ...filler, bob, close));
  });
});

test("two requests in one packet are answered in their order, each for its own person", async () => {
  const both = head("GET /me HTTP/1.1", host, alice) + head("GET /me HTTP/1.1", host, bob, close);
  const answers = await exchange(port, both);
  expect(answers.match(/"username":"\w+"/g)).toEqual(['"username":"alice"', '"username":"bob"']);
});
