/** The Worker in workerd itself, without wrangler: the bundle of a deployment, with a stand-in for D1. */
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type RunningProgram, startProgram } from "./processes.ts";

export type WorkerOptions = {
  /** The bundle of `npm run build:worker`. */
  bundle: string;
  compatibilityDate: string;
  d1Url: string;
  /** The variables and secrets. */
  environment: Readonly<Record<string, string>>;
};

/** Starts workerd on the bundle. @param folder takes its configuration. */
export function startWorkerd(options: WorkerOptions, folder: string): Promise<RunningProgram> {
  copyFileSync(options.bundle, join(folder, "main.js"));
  const path = join(folder, "workerd.capnp");
  writeFileSync(path, configurationOf(options));
  return startProgram(
    {
      command: "node_modules/.bin/workerd",
      arguments: ["serve", path, "--socket-addr", "http=127.0.0.1:{port}"],
      environment: {},
      readyPath: "/healthz",
    },
    folder,
  );
}

const quoted = (text: string) => JSON.stringify(text);

const configurationOf = ({ compatibilityDate, d1Url, environment }: WorkerOptions) => `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "internet", network = (allow = ["public", "private", "local"])),
    (name = "d1", external = (address = ${quoted(new URL(d1Url).host)}, http = ())),
  ],
  sockets = [(name = "http", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [(name = "main.js", esModule = embed "main.js")],
  compatibilityDate = ${quoted(compatibilityDate)},
  bindings = [
    ${Object.entries(environment)
      .map(([name, value]) => `(name = ${quoted(name)}, text = ${quoted(value)}),`)
      .join("\n    ")}
    (name = "DB", wrapped = (
      moduleName = "cloudflare-internal:d1-api",
      innerBindings = [(name = "fetcher", service = "d1")],
    )),
  ],
);
`;
