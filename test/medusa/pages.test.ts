/** Both clients in Chromium, on a page of another origin: one that is listed, and one that is not. */
import { createServer } from "node:http";
import { build } from "esbuild";
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { useAccountPage } from "../support/account-page.ts";
import { useShared } from "../support/fixtures.ts";
import { freePort } from "../support/free-port.ts";
import { makeStaff } from "../support/medusa.ts";

const ports = [await freePort(), await freePort()] as const;
const [shop, stranger] = [`http://localhost:${ports[0]}`, `http://localhost:${ports[1]}`];
/** The shop's server, and one that is not listed. */
useShared(
  async () => {
    const servers = ports.map((port) =>
      createServer((_request, response) => {
        response.setHeader("Content-Type", "text/html").end("<!doctype html><title>Shop</title>");
      }).listen(port, "localhost"),
    );
    return { close: () => servers.map((server) => server.close()) };
  },
  (started) => started.close(),
);
const service = useAccountPage({ MEDUSA_ACTORS: "customer,user:shop-staff", ALLOWED_ORIGINS: shop });
beforeAll(() => makeStaff(service.tenant, "alice"));

/** The clients as one script, under the names by which a page finds them. */
const { outputFiles } = await build({
  stdin: {
    contents: `import Medusa from "@medusajs/medusa-js"; import Sdk from "@medusajs/js-sdk";
      Object.assign(globalThis, { Medusa, Sdk });`,
    resolveDir: ".",
  },
  bundle: true,
  write: false,
  logLevel: "error",
});
const clients = outputFiles.map(({ text }) => text).join("");

/** Opens a page of an origin that has the clients. */
async function openShop(origin: string): Promise<Page> {
  const page = await service.open();
  await page.goto(`${origin}/`);
  await page.evaluate(clients);
  return page;
}

/** What a page's own script finds. A call that is refused is its status; one that gets nothing, `nothing`. */
const run = (page: Page, script: string): Promise<unknown> =>
  page.evaluate(`(async () => {
    const baseUrl = "${service.url}/medusa";
    const alice = { email: "alice@example.test", password: "alice-password-1" };
    const bob = { email: "bob@example.test", password: "bob-password-1" };
    const tell = (error) => error.response?.status ?? error.status ?? "nothing";
    ${script}
  })()`);

test.each(["jwt", "session"])("js-sdk, %s: login, me, refresh, logout", async (type) => {
  const page = await openShop(shop);
  const script = `
    const sdk = new Sdk({ baseUrl, auth: { type: "${type}", jwtTokenStorageMethod: "local" } });
    await sdk.auth.login("customer", "emailpass", bob);
    const { customer } = await sdk.store.customer.retrieve({ fields: "*orders" });
    const refreshed = await sdk.auth.refresh();
    const { customer: changed } = await sdk.store.customer.update({ first_name: "Bob" });
    await sdk.auth.logout();
    return [customer.email, typeof (refreshed.token ?? refreshed), changed.first_name, await sdk.store.customer.retrieve().catch(tell)];`;
  expect(await run(page, script)).toEqual(["bob@example.test", "string", "Bob", 401]);
});

test("medusa-js: session, me, logout", async () => {
  const page = await openShop(shop);
  const script = `
    const { admin, auth, customers } = new Medusa({ baseUrl, maxRetries: 3 });
    await admin.auth.createSession(alice);
    const { user } = await admin.auth.getSession();
    await auth.authenticate(alice);
    const { customer } = await customers.retrieve();
    await admin.auth.deleteSession();
    const outcome = await admin.auth.getSession().catch(tell);
    await auth.deleteSession();
    return [user.email, customer.email, outcome, await customers.retrieve().catch(tell)];`;
  expect(await run(page, script)).toEqual(["alice@example.test", "alice@example.test", 401, 401]);
});

test("medusa-js: a token", async () => {
  const page = await openShop(shop);
  const script = `
    const { admin } = new Medusa({ baseUrl, maxRetries: 0 });
    const { access_token } = await admin.auth.getToken(alice);
    const { user } = await admin.users.retrieve((await admin.auth.getSession()).user.id);
    return [typeof access_token, user.email];`;
  expect(await run(page, script)).toEqual(["string", "alice@example.test"]);
});

test("a page of an origin that is not listed gets nowhere", async () => {
  const page = await openShop(stranger);
  const script = `
    const first = new Medusa({ baseUrl, maxRetries: 0 });
    const second = new Sdk({ baseUrl, auth: { type: "jwt", jwtTokenStorageMethod: "memory" } });
    return [await first.admin.auth.createSession(alice).catch(tell), await second.auth.login("customer", "emailpass", bob).catch(tell)];`;
  expect(await run(page, script)).toEqual(["nothing", "nothing"]);
  expect(await page.context().cookies(service.url)).toEqual([]);
});
