/**
 * `npm run trial:overview [-- <requests>]`: prints how long the service, in a process of its own, takes for the account
 * page's overview beside `GET /me` by the same cookie. The requests are made one at a time, of one and the other in turn.
 */
import { loadavg } from "node:os";
import { ServiceBrowser, sessionEnvironment, startWebTenant } from "../support/browser-session.ts";
import { startProcess } from "../support/processes.ts";
import { startService } from "../support/service.ts";

const [given] = process.argv.slice(2);
const requests = Number(given ?? 2_000);
const warmUp = 200;

await using opened = new AsyncDisposableStack();
const tenant = opened.adopt(await startWebTenant(), (started) => started.close());
const environment = { ...sessionEnvironment(tenant), PROFILE_CACHE_SECONDS: "300" };
const service = opened.adopt(await startService({ tenant, environment }), (started) => started.close());
const browser = new ServiceBrowser(service);
await browser.signIn("alice");
const alice = service.as("alice");
await alice("PATCH", "/me", {
  profile: { givenName: "Alice", birthdate: "1990-05-17", address: { country: "NO", locality: "Oslo" } },
  customData: { newsletter: true },
  business: { gender: "female", mailingAddress: { country: "NO", locality: "Oslo" } },
});
for (const ethnicity of ["a", "b", "c", "d", "e"]) await alice("PATCH", "/me", { business: { ethnicity } });

const { url, stop } = await startProcess(service.environment);
opened.defer(async () => void (await stop()));
browser.url = url;

const ways = {
  "GET /me": () => browser.call("GET", "/me"),
  "GET /account": () => browser.open("/account"),
};
const times: Record<keyof typeof ways, number[]> = { "GET /me": [], "GET /account": [] };
for (let request = -warmUp; request < requests; request += 1) {
  for (const name of ["GET /me", "GET /account"] as const) {
    const startedAt = performance.now();
    const { status } = await ways[name]();
    if (status !== 200) throw new Error(`${name} answers ${status}`);
    if (request >= 0) times[name].push(performance.now() - startedAt);
  }
}

const middle = (name: keyof typeof ways) =>
  times[name].toSorted((one, other) => one - other)[Math.floor(requests / 2)] ?? Number.NaN;
const [me, account] = [middle("GET /me"), middle("GET /account")];
process.stdout.write(
  `${requests} each, load ${loadavg()[0]?.toFixed(2)}: p50 of GET /me ${me.toFixed(2)} ms, of GET /account ${account.toFixed(2)} ms, ratio ${(account / me).toFixed(2)}\n`,
);
