/** The service as a process of its own, started as in production, so that it can be sent a signal. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Tenant } from "../../dev/tenant/tenant.ts";

export type ServiceProcess = {
  url: string;
  /** Every line it has printed. */
  lines: string[];
  kill(signal: NodeJS.Signals): void;
  /** Its exit code, or the signal that ended it. */
  exited: Promise<number | string>;
  /** Ends it if it still runs, and removes its files. */
  remove(): Promise<void>;
};

/** Runs `src/runtime/node/main.ts` beside a tenant and waits until it serves. */
export async function startServiceProcess({ description }: Tenant): Promise<ServiceProcess> {
  const folder = await mkdtemp(join(tmpdir(), "profile-bff-"));
  const main = fileURLToPath(new URL("../../src/runtime/node/main.ts", import.meta.url));
  const child = spawn(process.execPath, [main], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      NODE_ENV: "production",
      LOGTO_ENDPOINT: description.endpoint,
      LOGTO_M2M_APP_ID: description.m2m.appId,
      LOGTO_M2M_APP_SECRET: description.m2m.appSecret,
      API_RESOURCE: description.apiResource,
      PUBLIC_URL: "https://profile.example.test",
      PORT: "0",
      DATABASE_URL: `file:${join(folder, "profile.db")}`,
      ENCRYPTION_KEYS: `test:${randomBytes(32).toString("base64")}`,
    },
  });
  const exited = once(child, "exit").then(([code, signal]): number | string => code ?? signal);
  const lines: string[] = [];
  createInterface(child.stderr).on("line", (line) => lines.push(line));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).on("line", (line) => {
      lines.push(line);
      const started = /"event":"started","url":"([^"]+)"/.exec(line)?.[1];
      if (started) resolve(started);
    });
    void exited.then((code) => reject(new Error(`the service ended with ${code}: ${lines.join("\n")}`)));
  });
  return {
    url: url.replace("localhost", "127.0.0.1"),
    lines,
    kill: (signal) => void child.kill(signal),
    exited,
    async remove() {
      child.kill("SIGKILL");
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
