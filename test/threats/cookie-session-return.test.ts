/** `returnTo`: whatever its shape, a person goes on on this origin, and never into the sign-in itself. */
import { expect, test } from "vitest";
import { returnUrl } from "../../src/session/return-to.ts";
import { publicUrl, ServiceBrowser, useSessionService } from "../support/browser-session.ts";

const service = useSessionService();

const hosts = [
  "evil.test",
  "evil.test/",
  "evil.test:443",
  "user@evil.test",
  "evil.test?x",
  "evil.test#x",
  "[::1]",
];
const starts = [
  ...[
    "//",
    "///",
    "////",
    "/\\",
    "\\\\",
    "\\/",
    "/\\/",
    "//\\",
    "\\",
    "/%09/",
    "/\t/",
    "/\n/",
    "/\r\n/",
    "\t//",
  ],
  ...[
    "/%5c",
    "/%5C%5C",
    "/%2f",
    "/%2F%2F",
    "/.//",
    "/..//",
    "/./\\",
    "/..;//",
    "/%2e%2e//",
    "/a/..//",
    "/a/../../",
  ],
  ...[
    "https://",
    "http://",
    "HTTPS://",
    "https:",
    "https:/",
    "https:///",
    "ftp://",
    "javascript://",
    "data:,",
  ],
  ...[
    "",
    " ",
    " //",
    "\u00a0//",
    "\u2028//",
    "\u3000//",
    "\ufeff//",
    "@",
    "/@",
    ":",
    "?//",
    "#//",
    ";//",
    ".",
    "./",
  ],
  ...[
    "blob:https://",
    "view-source:",
    "//%00",
    "/\u0000/",
    "/\u001f/",
    "/\u007f/",
    "\\\t",
    "/\u2044",
    "/\uff0f",
  ],
];
const own = [
  "javascript:alert(1)",
  "data:text/html,x",
  "vbscript:x",
  "about:blank",
  "mailto:a@b",
  "//",
  "///",
  "\\",
];
const shapes = [...starts.flatMap((start) => hosts.map((host) => `${start}${host}`)), ...own];

test(`${shapes.length} shapes lead nowhere else`, async () => {
  expect(shapes.length).toBeGreaterThanOrEqual(200);
  for (const shape of shapes) {
    for (const base of [publicUrl, `${publicUrl}/profile`, "http://localhost:3000"]) {
      const url = new URL(returnUrl(base, shape));
      expect([shape, url.origin]).toEqual([shape, new URL(base).origin]);
      // Nor does a browser that reads the path alone leave.
      expect([shape, new URL(url.pathname, base).origin]).toEqual([shape, new URL(base).origin]);
    }
  }
});

test.each([
  "/session",
  "/session/",
  "/session/sign-in",
  "/session/callback?code=x",
  "/SESSION/sign-in",
  "/%73ession/sign-in",
  "/a/../session/sign-in",
  "/./session",
  "/profile/session/sign-out",
])("%s is no place to go on", (path) => {
  expect(returnUrl(`${publicUrl}/profile`, path)).toBe(`${publicUrl}/profile/`);
});

test.each([
  "/",
  "/account",
  "/account/name?tab=1#top",
  "/profile/account",
  "/sessions",
  "/a%20b",
  "/%E2%82%AC",
])("%s is kept as it is", (path) => {
  expect(returnUrl(`${publicUrl}/profile`, path)).toBe(`${publicUrl}${path}`);
});

test.each([
  "//evil.test",
  "/\\evil.test",
  "/%09/evil.test",
  "https://evil.test",
  "/.//evil.test",
  "/session/sign-out",
])("a browser that signs in with %s stays", async (returnTo) => {
  const { status, headers } = await new ServiceBrowser(service).signIn("alice", { returnTo });
  expect([status, new URL(headers.get("location") ?? "").origin]).toEqual([303, publicUrl]);
});
