/**
 * `npm run trial:proxies`: the service behind nginx with `gzip on`, and behind HAProxy with `option httpchk`. Prints what a
 * read, a conditional save and a health check answer. Wants Debian's packages nginx-light and haproxy.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../support/free-port.ts";
import { eventually } from "../support/instances.ts";
import { startProcess } from "../support/processes.ts";
import { environmentOf, startTestTenant, tokensOf } from "../support/service.ts";

for (const [program, name] of [
  ["nginx", "nginx-light"],
  ["haproxy", "haproxy"],
] as const) {
  if (spawnSync("sh", ["-c", `command -v ${program}`]).status !== 0) {
    console.error(`${program} is not installed: apt-get install ${name}`);
    process.exit(1);
  }
}

const folder = await mkdtemp(join(tmpdir(), "profile-bff-proxies-"));
const tenant = await startTestTenant();
const service = await startProcess({
  ...environmentOf(tenant, `file:${join(folder, "profile.db")}`),
  HOST: "127.0.0.1",
  TRUSTED_PROXIES: "127.0.0.1/32",
});
const upstream = new URL(service.url).port;
const authorization = `Bearer ${await tokensOf(tenant, { now: () => Date.now() })("alice")}`;

const nginxPort = await freePort();
const haproxyPort = await freePort();
const statsPort = await freePort();
await writeFile(
  join(folder, "nginx.conf"),
  `daemon off; pid ${folder}/nginx.pid; error_log ${folder}/nginx.log;
events {}
http {
  access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi; uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  gzip on; gzip_proxied any; gzip_min_length 0; gzip_types application/json application/problem+json;
  server {
    listen 127.0.0.1:${nginxPort};
    location / {
      proxy_pass http://127.0.0.1:${upstream};
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }
  }
}
`,
);
await writeFile(
  join(folder, "haproxy.cfg"),
  `defaults
  mode http
  timeout connect 2s
  timeout client 20s
  timeout server 20s
frontend people
  bind 127.0.0.1:${haproxyPort}
  default_backend service
frontend stats
  bind 127.0.0.1:${statsPort}
  stats enable
  stats uri /stats
backend service
  option httpchk GET /healthz
  option forwardfor
  http-check expect status 200
  server one 127.0.0.1:${upstream} check inter 1s
`,
);

const start = (program: string, args: string[]) =>
  spawn(program, args, { stdio: ["ignore", "ignore", "inherit"] });
const proxies = [
  start("nginx", ["-c", join(folder, "nginx.conf"), "-p", folder]),
  start("haproxy", ["-db", "-f", join(folder, "haproxy.cfg")]),
];

/** The state of the service in HAProxy's own table, such as `UP`. */
async function checkedState(): Promise<string> {
  const table = await (await fetch(`http://127.0.0.1:${statsPort}/stats;csv`)).text();
  const [names = "", ...rows] = table.split("\n");
  const column = names.split(",").indexOf("status");
  return rows.find((row) => row.startsWith("service,one,"))?.split(",")[column] ?? "unknown";
}

let failed = false;
function report(what: string, shown: string, isRight: boolean) {
  failed ||= !isRight;
  console.log(`${isRight ? "ok  " : "FAIL"} ${what}: ${shown}`);
}

async function tryThrough(name: string, port: number) {
  const url = `http://127.0.0.1:${port}`;
  const headers = { authorization, "accept-encoding": "gzip", "content-type": "application/json" };
  const read = await fetch(`${url}/me`, { headers });
  const tag = read.headers.get("etag") ?? "";
  const encoding = read.headers.get("content-encoding") ?? "none";
  report(`${name}, read`, `${read.status}, content-encoding ${encoding}, ETag ${tag}`, read.status === 200);
  await read.arrayBuffer();
  const save = (body: object) =>
    fetch(`${url}/me`, {
      method: "PATCH",
      headers: { ...headers, "if-match": tag },
      body: JSON.stringify(body),
    });
  const saved = await save({ name: `Saved behind ${name}` });
  report(`${name}, conditional save with that ETag`, `${saved.status}`, saved.status === 200);
  await saved.arrayBuffer();
  const late = await save({ name: "Too late" });
  report(`${name}, the same ETag once more`, `${late.status}`, late.status === 412);
  await late.arrayBuffer();
  const current = saved.headers.get("etag") ?? "";
  const unchanged = await fetch(`${url}/me`, { headers: { ...headers, "if-none-match": current } });
  report(`${name}, read with If-None-Match`, `${unchanged.status}`, unchanged.status === 304);
}

try {
  const answers = (port: number) =>
    fetch(`http://127.0.0.1:${port}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    );
  await eventually(async () => (await answers(nginxPort)) && (await answers(haproxyPort)));
  await tryThrough("nginx with gzip", nginxPort);
  await tryThrough("HAProxy", haproxyPort);
  const state = await checkedState();
  report("HAProxy, option httpchk GET /healthz", state, state === "UP");
} finally {
  for (const proxy of proxies) {
    const ended = once(proxy, "exit");
    proxy.kill("SIGTERM");
    await ended;
  }
  await service.stop();
  await tenant.close();
  await rm(folder, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
