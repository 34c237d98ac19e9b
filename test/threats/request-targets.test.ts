/** Request targets and methods in spellings that a URL parser would tidy up before they are sent. */
import { once } from "node:events";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ProblemCode } from "../../src/problem-codes.ts";
import { useService } from "../support/fixtures.ts";
import { expectRefused } from "../support/refusals.ts";
import { exchange, head, openSocket, parseAnswer } from "../support/sockets.ts";

const service = useService();
let port: number;
let alice: string;
beforeAll(async () => {
  port = Number(new URL(service.url).port);
  alice = `Authorization: Bearer ${await service.token("alice")}`;
});
beforeEach(() => service.tenant.requests.clear());

const host = "Host: localhost";
const close = "Connection: close";

/** Asserts that these bytes get one refusal, and that no Management API call was made for them. */
async function refuses(status: number, code: ProblemCode, bytes: string) {
  const answer = await expectRefused(service, [status, code], async () =>
    parseAnswer(await exchange(port, bytes)),
  );
  expect(service.tenant.requests.all().filter(({ path }) => path.startsWith("/api/"))).toEqual([]);
  return answer;
}

describe("targets", () => {
  test.each([
    "/./me",
    "/x/../me",
    "/me/..",
    "/..",
    "/me\\business",
    "/me/.%2e/users",
    "/me%23",
    "/me%3fuserId=bob",
    "/\\evil.test/me",
    "//evil.test/me",
  ])("finds nothing at %s", async (target) => {
    await refuses(404, "not_found", head(`GET ${target} HTTP/1.1`, host, alice, close));
  });

  test("answers TRACE with what the path takes, and repeats nothing of the request", async () => {
    const answer = await refuses(
      405,
      "method_not_allowed",
      head("TRACE /me HTTP/1.1", host, alice, "X-Echo: marker", close),
    );
    expect(answer.headers.get("allow")).toBe("GET, PATCH, HEAD, OPTIONS");
    expect(answer.text).not.toContain("marker");
  });

  test("opens no tunnel", async () => {
    await refuses(400, "bad_request", head("CONNECT 169.254.169.254:80 HTTP/1.1", host, alice));
  });

  test.each(["websocket", "h2c"])(
    "answers a request that would upgrade to %s as any other",
    async (protocol) => {
      const upgrade = [
        "Connection: Upgrade",
        `Upgrade: ${protocol}`,
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
      ];
      const socket = await openSocket(port);
      socket.write(head("GET /me HTTP/1.1", host, ...upgrade));
      const [answer] = await once(socket, "data");
      socket.destroy();
      expect(parseAnswer(String(answer))).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
    },
  );
});
