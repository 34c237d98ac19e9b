import type { MutatedFolder } from "../mutant.ts";

const begin = "src/session/begin-session.ts";
const find = "src/session/find-session.ts";
const finish = "src/session/finish-sign-in.ts";
const renew = "src/session/renew-session.ts";
const cookies = "src/session/cookies.ts";
const csrf = "src/session/csrf.ts";
const returnTo = "src/session/return-to.ts";
const logout = "src/session/end-logto-session.ts";
const signOut = "src/session/sign-out.ts";
const caller = "src/session/cookie-caller.ts";
const flow = "src/session/flow.ts";
const keys = "src/session/keys.ts";

const flows = ["test/threats/cookie-session-flows"];
const again = ["test/threats/cookie-session-again"];
const ends = ["test/threats/cookie-session-ends"];
const life = ["test/threats/cookie-session-life"];
const core = ["test/threats/cookie-session.test"];

export const session: MutatedFolder = {
  folder: "src/session",
  tests: core,
  mutants: [
    {
      file: returnTo,
      find: 'wanted.startsWith("//") || ',
      replace: "",
      wrong: "a path with two slashes leads to another host",
      tests: ["test/threats/cookie-session-return"],
    },
    {
      file: returnTo,
      find: ' || url.pathname.startsWith("//")',
      replace: "",
      wrong: "dots before two slashes lead to another host",
      tests: ["test/threats/cookie-session-return"],
    },
    {
      file: returnTo,
      find: "decoded(pathname).toLowerCase()",
      replace: "pathname.toLowerCase()",
      wrong: "an escape leads back into the sign-in",
      tests: ["test/threats/cookie-session-return"],
    },
    {
      file: csrf,
      find: "origin === null ? changes : origin",
      replace: "origin !== null && origin",
      wrong: "a change without an origin passes",
    },
    {
      file: csrf,
      find: 'site !== null && site !== "same-origin"',
      replace: 'site === "cross-site"',
      wrong: "a page of a sibling host may send a form",
    },
    {
      file: csrf,
      find: "owner?.ref !== ref || owner.userId !== userId",
      replace: "owner?.userId !== userId",
      wrong: "a form of an earlier session of the same person passes",
      tests: ["test/page/forms"],
    },
    {
      file: cookies,
      find: '"HttpOnly", "SameSite=Lax"',
      replace: '"SameSite=Lax"',
      wrong: "scripts read the cookie",
    },
    {
      file: cookies,
      find: "slice(0, 1 - longestListOfFlows)",
      replace: "slice(0, -longestListOfFlows)",
      wrong: "a browser keeps one flow too many",
      tests: flows,
    },
    {
      file: caller,
      find: 'if (request.headers.has("authorization")) throw new Refusal("bad_request");\n',
      replace: "\n",
      wrong: "a cookie and an access token together are read as the cookie",
    },
    {
      file: caller,
      find: 'if (c.get("refused")?.code === "user_suspended") await',
      replace: 'if (c.get("refused")?.code === "none") await',
      wrong: "a session outlives a suspension that a request has met",
      tests: ends,
    },
    {
      file: find,
      find: "found.checkedUntil <= now",
      replace: "found.checkedUntil <= now - 60_000",
      wrong: "Logto is asked a minute too late",
      tests: life,
    },
    {
      file: find,
      find: "if (isUse && now",
      replace: "if (now",
      wrong: "looking at a session is a use of it",
      tests: life,
    },
    {
      file: find,
      find: "keepsIfUnknown && error instanceof UpstreamFailure",
      replace: "error instanceof UpstreamFailure",
      wrong: "a session is served on while Logto cannot be asked",
      tests: life,
    },
    {
      file: renew,
      find: "await db.sessions.keepTokens(idHash, lease, sealed);\n",
      replace: "\n",
      wrong: "a replaced refresh token is lost where a later step fails",
      tests: life,
    },
    {
      file: renew,
      find: "if (answer.userId !== undefined && answer.userId !== row.userId) throw new GrantEnded();\n",
      replace: "\n",
      wrong: "a renewal for somebody else goes on",
      tests: life,
    },
    {
      file: renew,
      find: "if (!(await goesOn(services, row))) throw new GrantEnded();\n",
      replace: "\n",
      wrong: "a session outlives that of Logto",
      tests: [...ends, ...life],
    },
    {
      file: renew,
      find: "Math.max(answer.freshUntil, platform.now() + shortestMs)",
      replace: "answer.freshUntil",
      wrong: "Logto is asked at every request where its tokens live for seconds",
      tests: life,
    },
    {
      file: renew,
      find: "await db.sessions.postpone(idHash, lease, platform.now() + retryMs);\n",
      replace: "\n",
      wrong: "after a failure the lease is held to its end",
      tests: life,
    },
    {
      file: logout,
      find: "if (!(await db.usedOnce.use(`logout token ${jti}`, expiresAt))) throw",
      replace: "if (jti === undefined) throw",
      wrong: "a logout token works twice",
      tests: ends,
    },
    {
      file: logout,
      find: "[db.logtoSessions.end(sid, platform.now()), db.sessions.deleteBySid(sid)]",
      replace: "[db.sessions.deleteBySid(sid)]",
      wrong: "a session begins after Logto has ended it",
      tests: ends,
    },
    {
      file: signOut,
      find: "    db.verificationRecords.deleteBoundTo(caller.userId, caller.boundTo),\n",
      replace: "",
      wrong: "a proof outlives its session",
      tests: [...ends, ...core],
    },
    {
      file: begin,
      find: "if (former.row.userId === userId) return;\n",
      replace: "\n",
      wrong: "signing in once more ends the new session at Logto",
      tests: [...again, ...flows, ...ends],
    },
    {
      file: begin,
      find: "now + Math.min(session.idleMs, session.lifeMs)",
      replace: "now + session.idleMs",
      wrong: "a session lives longer than its longest life",
      tests: life,
    },
    {
      file: begin,
      find: "issued.tokens.refreshToken ?? (await openTokens(services, live))?.refreshToken ?? null",
      replace: "issued.tokens.refreshToken",
      wrong: "after signing in again a session has no refresh token",
      tests: again,
    },
    {
      file: finish,
      find: 'onlyOne(query, "iss") !== config.logto.issuer',
      replace: '(query.get("iss") ?? config.logto.issuer) !== config.logto.issuer',
      wrong: "an answer that names no issuer is taken",
      tests: flows,
    },
    {
      file: finish,
      find: "return others.length === 0 ? value : undefined;",
      replace: "return others.length < 9 ? value : undefined;",
      wrong: "of two codes the first is taken",
      tests: flows,
    },
    {
      file: finish,
      find: "live.row.ref !== again.ref",
      replace: "live.row.userId !== again.userId",
      wrong: "a proof goes to another session than the one that asked",
      tests: again,
    },
    {
      file: finish,
      find: "Math.abs(age) <= longestProofMs",
      replace: "age <= longestProofMs",
      wrong: "a sign-in of the future is a proof",
      tests: again,
    },
    {
      file: flow,
      find: "`${purpose} ${begun.id} ${begun.secret}`",
      replace: "`${begun.id} ${begun.secret}`",
      wrong: "the nonce gives the verifier away",
      tests: flows,
    },
    {
      file: keys,
      find: 'once(key, "flow", "AES-GCM")',
      replace: 'once(keys[0], "flow", "AES-GCM")',
      wrong: "sign-ins that are under way end when the cookie key changes",
      tests: flows,
    },
  ],
};
