import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answerPattern, type Block, commandsOf } from "./support/documents.ts";
import { freePort } from "./support/free-port.ts";
import { runCommands, shellEnvironment, startCommand } from "./support/shell.ts";

const [start, ...steps] = commandsOf("README.md");
const marker = "--- next step ---";

test("the README's first command installs everything and starts it", () => {
  expect(start?.text).toBe("npm install && npm run dev");
  expect(steps.length).toBeGreaterThan(10);
});

describe.each([
  ["npm run dev", "profile-bff http"],
  ["npm run dev:workers", "Ready on http"],
])("beside %s", (command, ready) => {
  let folder: string;
  let env: Record<string, string | undefined>;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "profile-bff-"));
    const [port, tenantPort] = await Promise.all([freePort(), freePort()]);
    const places = { PORT: `${port}`, DEV_TENANT_PORT: `${tenantPort}`, DATA_DIR: folder };
    env = { ...shellEnvironment(), ...places };
    stop = await startCommand(command, ready, { env });
  });
  afterAll(async () => {
    await stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** One shell for all, since the steps hand variables on. */
  async function perform(blocks: readonly Block[]): Promise<string[]> {
    const commands = blocks
      .map(({ text }) => `${text}\necho '${marker}'\n`)
      .join("")
      .replaceAll("localhost:3000", `localhost:${env.PORT}`)
      .replaceAll("localhost:3001", `localhost:${env.DEV_TENANT_PORT}`);
    return (await runCommands(commands, { env })).split(`${marker}\n`);
  }

  test("every command of the README prints what the README says", { timeout: 120_000 }, async () => {
    const outputs = await perform(steps);
    for (const [index, { answer }] of steps.entries()) {
      if (answer !== undefined) expect(outputs[index]).toMatch(answerPattern(answer));
    }
  });
});
