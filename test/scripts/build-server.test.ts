/** `npm run build:server`: what it makes serves as the source does, also with several processes. */
import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, test, vi } from "vitest";
import { useService } from "../support/fixtures.ts";
import { asNpmDoes, startProcess } from "../support/processes.ts";

vi.setConfig({ testTimeout: 60_000 });

const service = useService();
beforeAll(async () => {
  await promisify(execFile)(process.execPath, [...asNpmDoes, "scripts/build-server.ts"]);
});

test.for(["1", "2"])(
  "the bundle serves, changes both stores and stops: %s process(es)",
  async (processes) => {
    const environment = { ...service.environment, WEB_CONCURRENCY: processes };
    const bundle = await startProcess(environment, [resolve("out/server/main.js")]);
    const alice = service.as("alice", { url: bundle.url, token: await service.token("alice") });
    const name = `Alice of ${processes}`;
    const changed = await alice("PATCH", "/me", { name, business: { gender: "female" } });
    expect(changed).toMatchObject({ status: 200, body: { name, business: { gender: "female" } } });
    expect(await bundle.stop()).toBe(0);
    expect(bundle.lines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  },
);
