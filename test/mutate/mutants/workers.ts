import type { MutatedFolder } from "../mutant.ts";

export const workers: MutatedFolder = {
  folder: "src/runtime/workers",
  tests: ["test/runtimes/workers", "test/runtimes/"],
  mutants: [
    {
      file: "src/runtime/workers/coalesce.ts",
      find: "    defer(started);\n",
      replace: "",
      wrong: "shared work dies with the client that began it",
      changesNothing: "the runtime that tests have ends no request whose client leaves; Cloudflare's does",
    },
    {
      file: "src/runtime/workers/coalesce.ts",
      find: "const patienceMs = 6_000;",
      replace: "const patienceMs = 600_000;",
      wrong: "a request waits for one that has died",
      changesNothing: "no request dies in the runtime that tests have",
    },
    {
      file: "src/runtime/workers/platform.ts",
      find: "waitUntil(work.catch(() => undefined))",
      replace: "void work.catch(() => undefined)",
      wrong: "work after the answer is dropped",
    },
    {
      file: "src/runtime/workers/worker.ts",
      find: 'headers.get("cf-connecting-ip")',
      replace: 'headers.get("x-real-ip")',
      wrong: "anybody may say which address they have",
    },
    {
      file: "src/runtime/workers/schedule.ts",
      find: "passed < minuteMs; passed += job.everyMs",
      replace: "passed < job.everyMs; passed += job.everyMs",
      wrong: "recovery runs once a minute",
    },
    {
      file: "src/runtime/workers/schedule.ts",
      find: "everyMs < minuteMs === (cron === everyMinute)",
      replace: "everyMs < minuteMs",
      wrong: "the longer jobs never run",
    },
    {
      file: "src/runtime/workers/isolate.ts",
      find: "return built.env === env ? built : build(env, platform, mode);",
      replace: "return built;",
      wrong: "new bindings are not used",
    },
    {
      file: "src/runtime/workers/isolate.ts",
      find: "if (built?.env === env) return built;",
      replace: "if (built) return built;",
      wrong: "an isolate keeps the first bindings for ever",
    },
  ],
};
