import type { MutatedFolder } from "../mutant.ts";

const serve = "src/runtime/node/serve.ts";
const server = "src/runtime/node/server.ts";
const jobs = "src/runtime/node/run-jobs.ts";
const connection = "db/sqlite-connection.ts";

const exchange = "src/runtime/node/exchange.ts";

const ofStops = ["test/runtime/node/serve"];

export const runtime: MutatedFolder = {
  folder: "src/runtime/node",
  tests: ofStops,
  mutants: [
    {
      file: exchange,
      tests: ["test/logto/bounded-answers"],
      find: "if (size <= maxBytes) return;",
      replace: "if (size <= 2 * maxBytes) return;",
      wrong: "answers of the Management API may be twice as long",
    },
    {
      file: exchange,
      tests: ["test/logto/management.test"],
      find: '      response.on("error", fail);\n',
      replace: '      response.on("error", () => {});\n',
      wrong: "an answer that is cut off is waited for",
    },
    {
      file: serve,
      find: "      await server.close();\n      await stopJobs();",
      replace: "      await stopJobs();",
      wrong: "a stop does not close the port",
    },
    {
      file: serve,
      find: "      await stopJobs();\n",
      replace: "      void stopJobs();\n",
      wrong: "a stop does not wait for jobs",
    },
    {
      file: serve,
      find: "      await server.close();\n",
      replace: "      void server.close();\n",
      wrong: "a stop does not wait for requests in flight",
    },
    {
      file: jobs,
      find: "    stopping.abort();\n    await Promise.all(running);",
      replace: "    stopping.abort();",
      wrong: "a job that runs is not waited for",
    },
    {
      file: jobs,
      find: "await runJob(platform, job, signal);",
      replace: "await runJob(platform, job, new AbortController().signal);",
      wrong: "a job does not learn of a stop",
    },
    {
      file: server,
      tests: ["test/runtime/node/server"],
      find: "const deadline = setTimeout(() => server.closeAllConnections(), inFlightMs);",
      replace: "const deadline = setTimeout(() => undefined, inFlightMs);",
      wrong: "an endless request holds a stop up for ever",
    },
    {
      file: server,
      tests: ["test/runtime/node/server"],
      find: '    if (state.stopping) outgoing.setHeader("Connection", "close");\n',
      replace: "",
      wrong: "clients stay connected during a stop",
    },
    {
      file: server,
      tests: ["test/runtime/node/server"],
      find: "  onStopping?.();\n",
      replace: "",
      wrong: "readiness does not say that it stops",
    },
    {
      file: connection,
      tests: ["test/db/sqlite"],
      find: '  connection.pragma("synchronous = FULL");\n',
      replace: '  connection.pragma("synchronous = NORMAL");\n',
      wrong: "an acknowledged write can be lost with the power",
    },
    {
      file: connection,
      tests: ["test/db/sqlite"],
      find: '  connection.pragma("secure_delete = ON");\n',
      replace: "",
      wrong: "what is deleted stays in the file",
    },
    {
      file: connection,
      tests: ["test/db/sqlite"],
      find: "  chmodSync(path, 0o600);\n",
      replace: "",
      wrong: "a file that is there already stays readable by others",
    },
  ],
};
