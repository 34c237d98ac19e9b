/** `npm run doctor`: nothing to say of a good installation, and the right line for each fault of a broken one. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { SMTPServer } from "smtp-server";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { openPostgres } from "../../db/postgres.ts";
import { openSqlite } from "../../db/sqlite.ts";
import { inLines } from "../../scripts/lib/doctor-report.ts";
import { nodeMachine } from "../../scripts/lib/node-machine.ts";
import { examine, type Finding, ok } from "../../src/operator/doctor/check.ts";
import { visitPlace } from "../../src/operator/doctor/checks.ts";
import { openVisit } from "../../src/operator/doctor/visit.ts";
import { createSqliteFile } from "../support/databases.ts";
import { useShared } from "../support/fixtures.ts";
import { freePort } from "../support/free-port.ts";
import { shellEnvironment, startCommand } from "../support/shell.ts";
import {
  type Circumstances,
  dayMs,
  here,
  type Installation,
  install,
  newKey,
  placeIn,
  proxyAddress,
} from "./installation.ts";
import { createFolder, runScript } from "./workplace.ts";

const installation = useShared(install, (one) => one.close());
beforeEach(() => installation.restore());

/** Runs all checks. */
const examineIn = async (circumstances?: Circumstances) =>
  visitPlace(await placeIn(installation, circumstances), 10_000);

/** Every line that is not good, by its name: what it is, and all that it says. */
const troubles = (findings: readonly Finding[]) =>
  Object.fromEntries(
    findings
      .filter(({ status }) => status === "warn" || status === "fail")
      .map(({ name, status, said, advice }) => [name, `${status}: ${said} → ${advice}`]),
  );

test("has nothing to say of a good installation", async () => {
  const findings = await examineIn();
  expect(troubles(findings)).toEqual({});
  expect(findings.map(({ said }) => said)).toContain(
    `this machine is counted as ${here}, through the proxy ${proxyAddress}`,
  );
});

type Broken = [
  what: string,
  break_: (one: Installation) => Circumstances | Promise<Circumstances>,
  said: Record<string, RegExp>,
];

const web = ({ tenant, state }: Installation) => state.applications.get(tenant.description.web.appId);
const machine = ({ tenant, state }: Installation) => state.applications.get(tenant.description.m2m.appId);
const roleOfPeople = ({ state }: Installation) => state.roles.list().find(({ type }) => type === "User");

/** Replaces the templates of a connector. */
function setTemplates({ state }: Installation, type: "Email" | "Sms", templates: unknown[]) {
  const one = state.connectors.sender(type);
  if (one) state.connectors.insert({ ...one, config: { ...one.config, templates } });
  return {};
}

const broken: Broken[] = [
  [
    "an old Node",
    () => ({ machine: { nodeVersion: "22.9.0" } }),
    { "Node version": /^fail: Node 22.9.0 → Install Node 24/ },
  ],
  [
    "a full disk",
    () => ({ machine: { freeBytes: async () => 50e6 } }),
    { "disk space": /^fail: 47 MB free for .* → Make room/ },
  ],
  [
    "a tenant that does not answer",
    async ({ tenant }) => {
      await tenant.pause();
      onTestFinished(() => tenant.resume());
      return {};
    },
    { tenant: /^fail: (?:Nothing listens|There was no usable answer) at http.* → Check LOGTO_ENDPOINT/ },
  ],
  [
    "a tenant at another address than it says",
    ({ variables }) => ({
      variables: { LOGTO_ENDPOINT: variables.LOGTO_ENDPOINT?.replace("localhost", "127.0.0.1") },
    }),
    {
      issuer:
        /^fail: the tenant signs as http:\/\/localhost.* → Set LOGTO_ENDPOINT to what stands before \/oidc/,
    },
  ],
  [
    "a clock that is ten minutes ahead",
    () => ({ now: () => Date.now() + 600_000 }),
    {
      clock: /^fail: this machine's clock is (59[6-9]|60[0-3])\.\d s ahead of the tenant's → Let NTP/,
      "database clock": /^fail: .* ahead of the database's → Let NTP/,
      // The service's own clock is right, so that it takes our token for one from the future.
      proxy: /^fail: /,
    },
  ],
  [
    "a clock that is twenty seconds behind",
    () => ({ now: () => Date.now() - 20_000 }),
    {
      clock: /^warn: .* (1[7-9]|2[0-3])\.\d s behind the tenant's/,
      "database clock": /^warn: .* (1[7-9]|2[0-3])\.\d s behind/,
    },
  ],
  [
    "a wrong secret",
    () => ({ variables: { LOGTO_M2M_APP_SECRET: "wrong-secret-of-the-machine" } }),
    { "M2M credential": /^fail: .* refuses application .* → Run `npm run seed:m2m`/ },
  ],
  [
    "an application without its role",
    (one) => {
      machine(one).roleIds.clear();
      return {};
    },
    { "M2M credential": /^fail: .* lets application .* in, but .* scope `all`/ },
  ],
  [
    "a secret that ends soon",
    (one) => {
      for (const secret of machine(one).secrets) secret.expiresAt = Date.now() + 3.5 * dayMs;
      return {};
    },
    { "M2M secret": /^warn: the secret ends in 3 days → Run `npm run seed:m2m -- --rotate`/ },
  ],
  [
    "an application that may exchange tokens",
    (one) => {
      machine(one).customClientMetadata = { allowTokenExchange: true };
      return {};
    },
    { "token exchange": /^warn: profile-bff-dev may exchange tokens.* → Only `npm run token` needs that/ },
  ],
  [
    "an API resource that does not exist",
    () => ({ variables: { API_RESOURCE: "https://other.example.test" } }),
    { "API resource": /^fail: .* no API resource https:\/\/other.example.test.* → Run `npm run seed:m2m`/ },
  ],
  [
    "an API resource without its scopes",
    ({ state }) => {
      const indicator = "https://bare.example.test";
      state.roles.insertResource({
        id: "bare",
        name: "Bare",
        indicator,
        isDefault: false,
        accessTokenTtl: 3600,
      });
      return { variables: { API_RESOURCE: indicator } };
    },
    { scopes: /^fail: the API resource lacks profile:read and profile:write → Run `npm run seed:m2m`/ },
  ],
  [
    "no role for people",
    (one) => {
      roleOfPeople(one)?.scopeIds.clear();
      return {};
    },
    { "role for people": /^fail: no role grants profile:read and profile:write.* → Run `npm run seed:m2m`/ },
  ],
  [
    "a role that nobody gets by themselves",
    (one) => {
      const role = roleOfPeople(one);
      if (role) role.isDefault = false;
      return {};
    },
    { "role for people": /^warn: who signs up does not get profile-user.* → Make it a default role/ },
  ],
  [
    "access tokens that live too long",
    ({ state, variables }) => {
      const api = state.roles.resourceByIndicator(variables.API_RESOURCE ?? "");
      if (api) api.accessTokenTtl = 172_800;
      return {};
    },
    { "token lifetime": /^fail: access tokens live 48 h, and this service refuses .* 24 h → Shorten it/ },
  ],
  [
    "no connector for text messages",
    ({ state }) => {
      state.connectors.removeType("Sms");
      return {};
    },
    { "codes by text message": /^warn: the tenant has no SMS connector.* → Add one/ },
  ],
  [
    "an e-mail connector without the template for codes",
    (one) => setTemplates(one, "Email", [{ usageType: "SignIn", content: "{{code}}" }]),
    { "codes by e-mail": /^fail: the e-mail connector has no template .* Generic.* → Add one/ },
  ],
  [
    "a web application that does not know this service",
    (one) => {
      web(one).oidcClientMetadata = {
        redirectUris: ["https://other.example.test/cb"],
        postLogoutRedirectUris: [],
      };
      return {};
    },
    {
      "web application":
        /^fail: it lacks the redirect URI https:\/\/profile\.example\.test\/session\/callback, the post-logout .*, the back-channel .*backchannel-logout, .* → Run `npm run seed:m2m -- --web`/,
    },
  ],
  [
    "another secret than the web application's",
    () => ({ variables: { LOGTO_APP_SECRET: "wrong-secret-of-the-pages" } }),
    {
      "web application": /^fail: LOGTO_APP_SECRET is none of its secrets.* → Run `npm run seed:m2m -- --web`/,
    },
  ],
  [
    "no webhook",
    ({ state }) => {
      state.hooks.remove("hook");
      return {};
    },
    { webhook: /^warn: the tenant sends no events to https.*\/webhooks\/logto.* → Create it/ },
  ],
  [
    "another key than the webhook's",
    () => ({ variables: { LOGTO_WEBHOOK_SIGNING_KEY: "wrong-key-of-the-webhook" } }),
    { webhook: /^fail: an event that is signed .* refused: .* → Copy the signing key/ },
  ],
  [
    "a webhook for which there is no key here",
    () => ({ variables: { LOGTO_WEBHOOK_SIGNING_KEY: undefined } }),
    { webhook: /^fail: .* is not set: they are answered 404 → Put the signing key/ },
  ],
  [
    "a webhook without an event that is used",
    ({ state }) => {
      for (const hook of state.hooks.list()) hook.events = hook.events.slice(1);
      return {};
    },
    { webhook: /^warn: it does not send User.Deleted → Add these events/ },
  ],
  [
    "a service that runs without the webhook's key",
    () => ({ service: { LOGTO_WEBHOOK_SIGNING_KEY: undefined } }),
    {
      "webhook delivery":
        /^fail: the service answers 404 to a test event .* → It runs with an older configuration/,
    },
  ],
  [
    "a service that runs with another key than the webhook's",
    () => ({ service: { LOGTO_WEBHOOK_SIGNING_KEY: "former-key-of-the-webhook" } }),
    { "webhook delivery": /^fail: the service answers 401 .* → .*restart it/ },
  ],
  [
    "policies of a form that is not known",
    ({ state }) => {
      Object.assign(state.signInExperience, { usernamePolicy: { minLength: "three" } });
      return {};
    },
    { "username policy and e-mail block list": /^fail: Logto's answer .* unknown form.* → Upgrade/ },
  ],
  [
    "an account center that lets people edit",
    ({ state }) => {
      Object.assign(state.accountCenter, {
        enabled: true,
        fields: { email: "Edit", name: "ReadOnly", password: "Edit" },
      });
      return {};
    },
    { "account center": /^warn: on: people can change email, password at Logto itself.* → Switch it off/ },
  ],
  [
    "no file of the database",
    () => ({ openDatabase: () => undefined }),
    { database: /^fail: there is no file yet.* → Run `npm run migrate`/ },
  ],
  [
    "a server of the database that is away",
    () => ({ openDatabase: () => openPostgres("postgres://nobody@127.0.0.1:1/none") }),
    { database: /^fail: it refuses \(ECONNREFUSED\) → Check DATABASE_URL/ },
  ],
  [
    "a database without a migration",
    async ({ file }) => {
      const database = new Sqlite(file.path);
      onTestFinished(() => void database.close());
      database.exec("update schema_migrations set name = '9' || name where name like '0009%'");
      onTestFinished(
        () => void database.exec("update schema_migrations set name = substr(name, 2) where name like '9%'"),
      );
      return {};
    },
    { migrations: /^fail: 1 of \d+ are missing: 0009_medusa_newcomers.sql → Run `npm run migrate`/ },
  ],
  [
    "an empty database",
    async () => {
      const path = join(await createFolder(), "empty.db");
      return { openDatabase: () => openSqlite(path) };
    },
    { migrations: /^fail: (\d+) of \1 are missing: .* → Run `npm run migrate`/ },
  ],
  [
    "a database that takes no writes",
    ({ file }) => {
      const other = new Sqlite(file.path);
      onTestFinished(() => void other.close());
      return {
        openDatabase: () => {
          other.exec("begin immediate");
          return openSqlite(file.path, { lockTimeoutMs: 100 });
        },
      };
    },
    { "database writes": /^fail: it refuses \(SQLITE_BUSY\) → Let the service's user write/ },
  ],
  [
    "another key under the same id",
    ({ variables }) => {
      return {
        service: { ENCRYPTION_KEYS: variables.ENCRYPTION_KEYS },
        variables: { ENCRYPTION_KEYS: newKey() },
      };
    },
    { "encryption keys": /^fail: ENCRYPTION_KEYS holds another key under the id k1.* → Put the keys/ },
  ],
  [
    "nobody at NOTICES_URL",
    () => ({
      variables: {
        NOTICES_URL: "http://127.0.0.1:9/notices",
        NOTICES_SECRET: `whsec_${Buffer.alloc(32, 7).toString("base64")}`,
      },
    }),
    { notices: /^fail: nobody answers at NOTICES_URL \(TypeError\) → Start the receiver/ },
  ],
  [
    "nothing at PUBLIC_URL",
    () => ({ answer: () => Promise.reject(new TypeError("fetch failed")) }),
    { service: /^fail: there is no usable answer at https:\/\/profile.* → Start the service/ },
  ],
  [
    "something else at PUBLIC_URL",
    () => ({ answer: () => new Response("<h1>It works!</h1>", { status: 200 }) }),
    { service: /^fail: what answers 200 at .*\/readyz is not this service → Set PUBLIC_URL/ },
  ],
  [
    "a redirect at PUBLIC_URL",
    () => ({ answer: () => Response.redirect("https://www.example.test/") }),
    { service: /^fail: .* is redirected elsewhere → / },
  ],
  [
    "a service on another database",
    () => ({
      answer: ({ method }) =>
        method === "POST"
          ? new Response(null, { status: 204 })
          : Response.json({ status: "ready", checks: { server: "ok" } }),
    }),
    { proxy: /^fail: the service at PUBLIC_URL does not know this configuration's keys.* → Restart/ },
  ],
  [
    "a proxy that is not trusted",
    () => ({ service: { TRUSTED_PROXIES: "" }, variables: { TRUSTED_PROXIES: "" } }),
    {
      proxy:
        /^fail: requests come through the proxy 10\.0\.0\.5, .* → Set TRUSTED_PROXIES .* 10\.0\.0\.5\/32/,
    },
  ],
  [
    "a proxy that hands on what a client made up",
    () => ({ proxy: () => {} }),
    { proxy: /^fail: anybody can make up an address.* → Let the proxy 10\.0\.0\.5 append/ },
  ],
  [
    "a proxy that says nothing of its clients",
    () => ({ proxy: (headers) => headers.delete("x-forwarded-for") }),
    { proxy: /^fail: the proxy 10\.0\.0\.5 appends neither X-Forwarded-For nor Forwarded/ },
  ],
  [
    "a proxy that appends to one header and hands the other on",
    () => ({ proxy: (headers) => headers.append("forwarded", `for=${here}`) }),
    { proxy: /^fail: requests carry X-Forwarded-For and Forwarded.* → Let the proxy remove the one/ },
  ],
  [
    "trusted proxies on Workers",
    () => ({ runtime: "worker" }),
    { proxy: /^warn: TRUSTED_PROXIES is set, .* → Leave TRUSTED_PROXIES empty/ },
  ],
  [
    "a certificate that browsers refuse",
    () => ({
      machine: { certificate: async () => ({ trouble: "CERT_HAS_EXPIRED", endsAt: Date.now() - dayMs }) },
    }),
    { "TLS certificate": /^fail: browsers refuse it: CERT_HAS_EXPIRED → Let the proxy/ },
  ],
  [
    "a certificate that ends soon",
    () => ({
      machine: { certificate: async () => ({ trouble: undefined, endsAt: Date.now() + 5.5 * dayMs }) },
    }),
    { "TLS certificate": /^warn: good for 5 days → / },
  ],
];

describe("of a broken installation, the right line tells what to do:", () => {
  test.each(broken)("%s", async (_what, breakIt, expected) => {
    const circumstances = await breakIt(installation);
    const findings = await examineIn(circumstances);
    const matching = Object.fromEntries(
      Object.entries(expected).map(([name, said]) => [name, expect.stringMatching(said)]),
    );
    expect(troubles(findings)).toEqual(matching);
    const printed = `${inLines(findings).join("\n")}${JSON.stringify(findings)}`;
    expect(
      secretsOf({ ...installation.variables, ...circumstances.variables }).filter((secret) =>
        printed.includes(secret),
      ),
    ).toEqual([]);
  });
});

/** The work of the first call, for all. */
function once<T extends object>(work: () => T): () => T {
  let kept: T | undefined;
  return () => {
    kept ??= work();
    return kept;
  };
}

/** The values that must not be printed. */
const secretsOf = (variables: Readonly<Record<string, string | undefined>>) =>
  Object.entries(variables).flatMap(([name, value]) =>
    value && /SECRET|KEY/.test(name) ? [value, ...value.split(":").slice(1)] : [],
  );

test("a configuration that cannot be used is one failure, and the rest says that it was not seen", async () => {
  const findings = await examineIn({
    variables: { ENCRYPTION_KEYS: "k1:short", API_RESOURCE: undefined },
  });
  expect(troubles(findings)).toEqual({
    configuration: expect.stringMatching(
      /^fail: API_RESOURCE is missing; ENCRYPTION_KEYS must be .* → Set the variables/,
    ),
  });
  const unseen = findings.filter(({ status }) => status === "skipped");
  expect(new Set(unseen.map(({ said }) => said))).toEqual(new Set(["not seen, because of: configuration"]));
  expect(unseen).toHaveLength(findings.length - 2);
});

test("a check that gets no answer ends, and the others do not wait for it", async () => {
  const visit = openVisit(await placeIn(installation));
  const { promise: never } = Promise.withResolvers<never>();
  const slow = { name: "slow", needs: [], advice: "Make it quick.", look: () => never };
  const quick = { name: "quick", needs: [], advice: "", look: () => ok("quick") };
  const next = { name: "next", needs: ["quick", "slow"], advice: "", look: () => ok("never seen") };
  expect(await examine([slow, quick, next], visit, 20)).toEqual([
    { name: "slow", status: "fail", said: "no answer within 0.02 seconds", advice: "Make it quick." },
    { name: "quick", status: "ok", said: "quick" },
    { name: "next", status: "skipped", said: "not seen, because of: slow" },
  ]);
});

test("a Worker that makes its own key at this very request is asked again", async () => {
  const file = await createSqliteFile();
  onTestFinished(() => file.remove());
  const serve = once(() => installation.serve({}, file.open()));
  const findings = await examineIn({
    runtime: "worker",
    variables: { TRUSTED_PROXIES: "" },
    openDatabase: () => openSqlite(file.path),
    answer: async (request) => (await serve()).fetch(request, { peerAddress: here }),
  });
  expect(troubles(findings)).toEqual({});
  expect(findings.find(({ name }) => name === "proxy")?.said).toBe(`this machine is counted as ${here}`);
});

test("without cookie sessions there is no web application to look at", async () => {
  const none = { LOGTO_APP_ID: undefined, LOGTO_APP_SECRET: undefined, COOKIE_KEYS: undefined };
  const findings = await examineIn({ variables: none, service: none });
  expect(findings.find(({ name }) => name === "web application")).toMatchObject({ status: "skipped" });
});

test("reads the certificate of a TLS server, and says why nobody should trust it", async () => {
  const server = new SMTPServer({ secure: true, logger: false });
  server.on("error", () => {});
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(resolve)));
  const { trouble, endsAt } = await nodeMachine.certificate("127.0.0.1", port);
  expect(trouble).toMatch(/^[A-Z_]+$/);
  expect(endsAt).toBeGreaterThan(0);
  await expect(nodeMachine.certificate("127.0.0.1", await freePort())).rejects.toThrow(
    /no TLS server .*ECONNREFUSED/,
  );
});

test("all is well beside `npm run dev`, in a terminal of its own", { timeout: 60_000 }, async () => {
  const folder = await createFolder();
  const [port, tenantPort] = await Promise.all([freePort(), freePort()]);
  const env = { ...shellEnvironment(), PORT: `${port}`, DEV_TENANT_PORT: `${tenantPort}`, DATA_DIR: folder };
  onTestFinished(await startCommand("npm run dev", "profile-bff http", { env }));
  const { code, stdout } = await runScript(folder, "doctor", ["--json"], { DATA_DIR: folder });
  const { status, checks } = JSON.parse(stdout);
  expect(troubles(checks)).toEqual({});
  expect([code, status, checks.length]).toEqual([0, "ok", 29]);
});

test("without anything it says where to begin, and its exit code is 1", async () => {
  const { code, stdout } = await runScript(await createFolder(), "doctor");
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /FAIL {2}configuration +LOGTO_ENDPOINT is missing; .*\n +→ Set the variables in \.env .*`npm run dev`/,
  );
  expect(stdout).toMatch(/\n1 ok, 0 to look at, 1 failed, 27 skipped\n$/);
});

test("reads what a Worker would get: what .dev.vars says, and then [vars]", async () => {
  const folder = await createFolder();
  await writeFile(
    join(folder, "wrangler.toml"),
    'name = "worker"\ncompatibility_date = "2026-10-01"\n[vars]\nPUBLIC_URL = "nowhere"\nAPI_RESOURCE = "https://api.example.test"\n',
  );
  await writeFile(
    join(folder, ".dev.vars"),
    'PUBLIC_URL="https://profile.example.test"\nLOGTO_M2M_APP_ID="app"\n',
  );
  const { code, stdout } = await runScript(folder, "doctor", ["--worker", "--json"], {
    XDG_CONFIG_HOME: folder,
  });
  const { checks }: { checks: Finding[] } = JSON.parse(stdout);
  expect(code).toBe(1);
  expect(checks.find(({ name }) => name === "configuration")).toMatchObject({
    status: "fail",
    said: "LOGTO_ENDPOINT is missing; LOGTO_M2M_APP_SECRET is missing; ENCRYPTION_KEYS is missing",
  });
});

test("answers a place that is named without --worker with its usage", async () => {
  const { code, stderr } = await runScript(await createFolder(), "doctor", ["--remote"]);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("usage: npm run doctor") });
});
