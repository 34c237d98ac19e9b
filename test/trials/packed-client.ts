/**
 * `npm run trial:client`: packs the project, installs it in an empty one, compiles a page there with `tsc --strict`, and
 * opens that page in Chromium, on an origin of its own, against the service.
 */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { launchBrowser } from "../support/browser.ts";
import { startService } from "../support/service.ts";

const run = promisify(execFile);
const project = process.cwd();

const page = `import { createClient, ProblemError } from "profile-bff/client";

declare const settings: { baseUrl: string; token: string };
const client = createClient({ baseUrl: settings.baseUrl, accessToken: () => settings.token });
const { data, etag } = await client.profile.get();
await client.profile.patch({ name: "Alice of the packed client" }, { ifMatch: etag });
const late = await client.profile.patch({ name: "Alice late" }, { ifMatch: etag }).catch((error: unknown) => error);
const name: string | null = (await client.profile.get()).data.name;
document.title = [data.username, name, late instanceof ProblemError && late.problem.code].join(" | ");
`;
const misspelt = `import { createClient } from "profile-bff/client";
await createClient({}).profile.patch({ nickName: "Al" });
`;

await using opened = new AsyncDisposableStack();
const folder = opened.adopt(await mkdtemp(join(tmpdir(), "profile-bff-packed-")), (path) =>
  rm(path, { recursive: true, force: true }),
);
const empty = join(folder, "empty");
await mkdir(empty);
await run("npm", ["pack", "--pack-destination", folder], { cwd: project });
await writeFile(join(empty, "package.json"), JSON.stringify({ name: "empty", type: "module" }));
const install = [
  "install",
  "--ignore-scripts",
  "--no-audit",
  "--no-fund",
  join(folder, "profile-bff-0.1.0.tgz"),
];
await run("npm", install, { cwd: empty });
await writeFile(join(empty, "page.ts"), page);
await writeFile(join(empty, "misspelt.ts"), misspelt);
const flags =
  "--ignoreConfig --strict --target es2022 --module es2022 --moduleResolution bundler --lib es2022,dom,dom.iterable --types";
const tsc = (file: string) =>
  run(join(project, "node_modules", ".bin", "tsc"), [...flags.split(" "), "", file], { cwd: empty });
await tsc("page.ts");
const refusal = await tsc("misspelt.ts").then(
  () => "compiles",
  ({ stdout }: { stdout: string }) => /error TS\d+: [^\n]*/.exec(stdout)?.[0] ?? stdout,
);
process.stdout.write(`page.ts compiles with --strict; misspelt.ts: ${refusal}\n`);

const server = opened.adopt(createServer(), (listening) => void listening.close());
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const address = server.address();
if (address === null || typeof address === "string") throw new Error("the page is not served");
const origin = `http://127.0.0.1:${address.port}`;
const service = opened.adopt(await startService({ environment: { ALLOWED_ORIGINS: origin } }), (started) =>
  started.close(),
);
const settings = JSON.stringify({ baseUrl: service.url, token: await service.token("alice") });
const imports = JSON.stringify({
  imports: { "profile-bff/client": "/node_modules/profile-bff/dist/client/client.js" },
});
const html = `<script type="importmap">${imports}</script><script>const settings = ${settings}</script><script type="module" src="/page.js"></script>`;
server.on("request", async ({ url = "/" }, response) => {
  const script = url === "/" ? undefined : await readFile(join(empty, url), "utf8").catch(() => "");
  response
    .setHeader("Content-Type", script === undefined ? "text/html" : "text/javascript")
    .end(script ?? html);
});
const chromium = opened.adopt(await launchBrowser(), (browser) => browser.close());
const tab = await chromium.newPage();
tab.on("pageerror", ({ message }) => process.stdout.write(`fault: ${message}\n`));
await tab.goto(origin);
await tab.waitForFunction("document.title !== ''");
process.stdout.write(`in Chromium, on ${origin}: ${await tab.title()}\n`);
