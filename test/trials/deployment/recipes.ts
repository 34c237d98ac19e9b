/** The recipes of docs/operating.md: each is checked by the program that it is for, and then served through. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { blocksOf } from "../../support/documents.ts";
import { freePort } from "../../support/free-port.ts";
import { eventually } from "../../support/instances.ts";
import { check, has, report } from "./report.ts";

/** The block of a language that holds this text. */
export function recipeOf(language: string, holds: string): string {
  const recipe = blocksOf("docs/operating.md").find(
    (block) => block.language === language && block.text.includes(holds),
  );
  if (!recipe) throw new Error(`docs/operating.md has no ${language} recipe with ${holds}.`);
  return `${recipe.text}\n`;
}

export type Upstream = { port: number; authorization: string; folder: string };

type Proxy = {
  program: string;
  source: string;
  /** @returns the configuration with the addresses of this trial. */
  configure(
    recipe: string,
    places: { http: number; https: number; upstream: number; folder: string },
  ): string;
  recipe: { language: string; holds: string; file: string };
  checkWith(file: string): string[];
  startWith(file: string): string[];
};

const proxies: Proxy[] = [
  {
    program: "nginx",
    source: "apt-get install nginx-light",
    recipe: { language: "nginx", holds: "server_name", file: "nginx.conf" },
    configure: (recipe, { http, https, upstream, folder }) =>
      `daemon off; pid ${folder}/nginx.pid; error_log ${folder}/nginx.log;
events {}
http {
  access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi; uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
${recipe
  .replace(/listen (\[::\]:)?443/g, `listen $1${https}`)
  .replace(/listen (\[::\]:)?80;/g, `listen $1${http};`)
  .replaceAll("127.0.0.1:3000", `127.0.0.1:${upstream}`)
  .replaceAll("/etc/ssl/profile", folder)}
}
`,
    checkWith: (file) => ["-t", "-q", "-c", file],
    startWith: (file) => ["-c", file],
  },
  {
    program: "haproxy",
    source: "apt-get install haproxy",
    recipe: { language: "haproxy", holds: "frontend", file: "haproxy.cfg" },
    configure: (recipe, { http, https, upstream, folder }) =>
      recipe
        .replace("bind :443", `bind 127.0.0.1:${https}`)
        .replace("bind :80", `bind 127.0.0.1:${http}`)
        .replace("127.0.0.1:3000", `127.0.0.1:${upstream}`)
        .replace("/etc/ssl/profile", folder),
    checkWith: (file) => ["-c", "-q", "-f", file],
    startWith: (file) => ["-db", "-f", file],
  },
  {
    program: "caddy",
    source: "apt-get install caddy",
    recipe: { language: "caddyfile", holds: "reverse_proxy", file: "Caddyfile" },
    configure: (recipe, { http, https, upstream, folder }) =>
      `{
	admin off
	http_port ${http}
	https_port ${https}
}
${recipe
  .replace("profile.example.org {", `profile.example.org {\n\ttls ${folder}/fullchain.pem ${folder}/key.pem`)
  .replace("localhost:3000", `127.0.0.1:${upstream}`)}`,
    checkWith: (file) => ["validate", "--adapter", "caddyfile", "--config", file],
    startWith: (file) => ["run", "--adapter", "caddyfile", "--config", file],
  },
];

/** A certificate of its own for the name in the recipes. */
function makeCertificate(folder: string) {
  const files = ["-keyout", join(folder, "key.pem"), "-out", join(folder, "fullchain.pem")];
  const subject = ["-subj", "/CN=profile.example.org", "-addext", "subjectAltName=DNS:profile.example.org"];
  spawnSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", ...subject, ...files]);
  const both = ["fullchain.pem", "key.pem"].map((name) => readFileSync(join(folder, name), "utf8"));
  writeFileSync(join(folder, "profile.example.org.pem"), both.join(""));
}

/** Checks and tries each proxy that is installed. */
export async function tryProxies(upstream: Upstream): Promise<void> {
  makeCertificate(upstream.folder);
  for (const proxy of proxies) {
    if (has(proxy.program, proxy.source)) await tryProxy(proxy, upstream);
  }
}

async function tryProxy(proxy: Proxy, { port: upstream, authorization, folder: shared }: Upstream) {
  const { program, recipe } = proxy;
  const folder = join(shared, program);
  mkdirSync(folder);
  const [http, https] = [await freePort(), await freePort()];
  const file = join(folder, recipe.file);
  const places = { http, https, upstream, folder: shared };
  writeFileSync(file, proxy.configure(recipeOf(recipe.language, recipe.holds), places));
  check(`${program}, its own check of the recipe`, program, proxy.checkWith(file));
  const env = { PATH: process.env.PATH, HOME: folder };
  const child = spawn(program, proxy.startWith(file), { env, stdio: "ignore" });
  const ended = once(child, "exit");
  try {
    const get = (path: string, headers = {}) => getOverTls(https, path, { authorization, ...headers });
    await eventually(async () => (await get("/healthz").catch(() => undefined))?.status === 200);
    const read = await get("/me");
    report(`${program}, GET /me over TLS`, `${read.status}`, read.status === 200);
    const spoofed = await get("/me", { "x-forwarded-for": "203.0.113.9", forwarded: "for=198.51.100.7" });
    report(`${program}, GET /me with invented addresses`, `${spoofed.status}`, spoofed.status === 200);
    const plain = await fetch(`http://127.0.0.1:${http}/me`, {
      redirect: "manual",
      headers: { host: "profile.example.org" },
    });
    report(`${program}, plain http`, `${plain.status}`, plain.status === 301 || plain.status === 308);
  } finally {
    child.kill("SIGTERM");
    await ended;
  }
}

function getOverTls(port: number, path: string, headers: Record<string, string>) {
  return new Promise<{ status: number | undefined }>((resolve, reject) => {
    const name = "profile.example.org";
    const options = { host: "127.0.0.1", port, path, servername: name, rejectUnauthorized: false };
    const asked = request({ ...options, headers: { host: name, ...headers } }, (answer) => {
      answer.resume();
      answer.once("end", () => resolve({ status: answer.statusCode }));
    });
    asked.once("error", reject);
    asked.end();
  });
}
