import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const run = promisify(execFile);
let folder: string;
let dev: ChildProcess;
let environment: NodeJS.ProcessEnv;

/** Starts a dev command on free ports and waits until it serves. */
async function start(program: string, ready: string) {
  folder = await mkdtemp(join(tmpdir(), "profile-bff-"));
  const [PORT = "", DEV_TENANT_PORT = ""] = await Promise.all([freePort(), freePort()]);
  environment = { ...process.env, NODE_ENV: "development", PORT, DEV_TENANT_PORT, DATA_DIR: folder };
  dev = spawn(process.execPath, [program], {
    env: environment,
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise<void>((resolve, reject) => {
    dev.once("exit", () => reject(new Error("the dev service ended")));
    dev.stdout?.on("data", (chunk) => String(chunk).includes(ready) && resolve());
  });
}

async function stop() {
  dev.kill();
  await new Promise((resolve) => dev.once("exit", resolve));
  await rm(folder, { recursive: true, force: true });
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return String(address.port);
}

type Step = { commands: string; answer: string | undefined };

/** The fenced blocks of the tour: commands, and the answer that stands under them if there is one. */
async function tour(): Promise<Step[]> {
  const readme = await readFile("README.md", "utf8");
  const [, section = ""] = readme.split("\n## A tour with curl\n");
  const blocks = [...(section.split("\n## ")[0] ?? "").matchAll(/```(sh|json)\n(.*?)\n```/gs)];
  return blocks.flatMap(([, language, text = ""], index) => {
    if (language !== "sh") return [];
    const [, next, answer] = blocks[index + 1] ?? [];
    return [{ commands: text, answer: next === "json" ? answer : undefined }];
  });
}

const marker = "--- next step ---";

async function perform(steps: readonly Step[]): Promise<string[]> {
  const script = steps.map(({ commands }) => `${commands}\necho '${marker}'`).join("\n");
  const moved = script
    .replaceAll("localhost:3000", `localhost:${environment.PORT}`)
    .replaceAll("localhost:3001", `localhost:${environment.DEV_TENANT_PORT}`);
  const { stdout } = await run("bash", ["-c", moved], { env: environment });
  return stdout.split(`${marker}\n`);
}

/** `…` stands for anything; times, ids and ports are another run's. */
function pattern(answer: string): RegExp {
  const varying = /\d{4}-\d\d-\d\dT[\d:.]+Z|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|localhost:\d+|…/g;
  const literals = answer.split(varying).map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${literals.join(".*")}\\s*$`, "s");
}

describe.each([
  ["npm run dev", "dev/main.ts", "profile-bff http"],
  ["npm run dev:workers", "dev/workers.ts", "Ready on http"],
])("beside %s", (_command, program, ready) => {
  beforeAll(() => start(program, ready));
  afterAll(stop);

  test("every command of the README's tour prints what the README says", async () => {
    const steps = await tour();
    expect(steps.length).toBeGreaterThan(10);
    const outputs = await perform(steps);
    for (const [index, { answer }] of steps.entries()) {
      if (answer !== undefined) expect(outputs[index]).toMatch(pattern(answer));
    }
  });
});
