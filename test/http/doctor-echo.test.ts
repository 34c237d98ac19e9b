/** `/readyz` tells `npm run doctor` how it sees a connection, and nobody else. */
import { expect, test } from "vitest";
import { createRepositories } from "../../db/repositories.ts";
import { createDoctorToken } from "../../src/http/doctor-echo.ts";
import { openVault } from "../../src/vault/vault.ts";
import { useService } from "../support/fixtures.ts";
import type { Answer } from "../support/service.ts";

const service = useService({ environment: { TRUSTED_PROXIES: "127.0.0.1/32" } });

const keyedHash = async () => {
  const { config, database } = service;
  return (await openVault(config.encryptionKeys, createRepositories(database))).keyedHash;
};
const ask = (token: string, headers: Record<string, string> = {}, path = "/readyz") =>
  service.anonymous("GET", path, undefined, { "doctor-token": token, ...headers });
const seenIn = ({ headers }: Answer) => JSON.parse(headers.get("doctor-saw") ?? "null");

test("tells the holder of the keys the connection, the headers and what limits make of them", async () => {
  const token = await createDoctorToken(await keyedHash(), service.platform.now());
  const hops = { "x-forwarded-for": "made up, 198.51.100.7", forwarded: "for=198.51.100.7" };
  const answer = await ask(token, hops);
  expect(answer.status).toBe(200);
  expect(seenIn(answer)).toEqual({
    connection: "127.0.0.1",
    client: "198.51.100.7",
    xForwardedFor: ["198.51.100.7", ""],
    forwarded: ["198.51.100.7"],
  });
  expect(seenIn(await ask(token, {}, "/healthz"))).toBeNull();
});

test.each([
  ["no token", async () => ""],
  ["another hash", async (now: number) => `${now + 1000}.${"A".repeat(43)}`],
  ["a token that is over", async (now: number) => createDoctorToken(await keyedHash(), now - 60_001)],
  ["a token for later", async (now: number) => createDoctorToken(await keyedHash(), now + 60_001)],
  [
    "one with a later end",
    async (now: number) =>
      (await createDoctorToken(await keyedHash(), now)).replace(/^\d+/, String(now + 70_000)),
  ],
  [
    "a hash for another purpose",
    async (now: number) => `${now + 1000}.${await (await keyedHash())("user", String(now + 1000))}`,
  ],
])("tells nothing for %s", async (_what, makeToken) => {
  const answer = await ask(await makeToken(service.platform.now()));
  expect([answer.status, seenIn(answer)]).toEqual([200, null]);
});
