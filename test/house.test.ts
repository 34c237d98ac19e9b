/** The plan of the house: which file may import which. It is drawn once, in the table below. */
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";
import { blocksOf } from "./support/documents.ts";
import { findCircles, type Import, readImports } from "./support/imports.ts";

/**
 * Floors from the top down; a floor lists its rooms. A room is a file, or a folder with all that lies in it.
 * A file imports its own room or a lower floor. Rooms of one floor do not know each other.
 */
const floors = [
  ["src/runtime/node/", "src/runtime/workers/"],
  ["src/app.ts"],
  ["src/compose.ts", "src/jobs.ts"],
  ["src/page/", "src/medusa/"],
  ["src/me/export/", "src/me/undo/"],
  [
    "src/me/activity/",
    "src/me/applications/",
    "src/me/avatar/",
    "src/me/deletion/",
    "src/me/factors/",
    "src/me/identities/",
    "src/me/password/",
    "src/me/profile/",
    "src/me/sessions/",
    "src/me/sign-ins/",
    "src/me/notices/",
    "src/me/verification-codes/",
  ],
  ["src/webhooks/"],
  ["src/erasure/"],
  ["src/operator/", "src/activity-proof/"],
  ["src/verification/", "src/session/"],
  ["src/http/", "src/activity.ts", "src/backlog.ts"],
  ["src/notices/"],
  ["src/services.ts"],
  ["src/journal/"],
  ["src/logto/"],
  ["src/vault/"],
  ["db/"],
  ["src/fields/", "src/config.ts", "src/caller.ts", "src/log.ts", "src/telemetry/"],
  ["src/deletion-settings.ts", "src/medusa-settings.ts"],
  ["src/notices-settings.ts"],
  [
    "src/problem.ts",
    "src/operator-error.ts",
    "src/secret.ts",
    "src/encryption-keys.ts",
    "src/addresses.ts",
    "src/page-settings.ts",
    "src/telemetry-settings.ts",
    "src/platform.ts",
    "src/token-buckets.ts",
    "src/json.ts",
    "src/bounded-cache.ts",
    "src/ordered-id.ts",
    "src/sleep.ts",
    "src/user-id.ts",
  ],
  ["src/problem-codes.ts", "src/digests.ts", "src/ciphers.ts", "src/exchange.ts", "src/client/"],
];

/** Where requests and answers are known for what they are. */
const knowsHono = /\/routes\.ts$|^src\/(http|session|page|medusa|runtime)\/|^src\/app\.ts$/;
/** Modules that a runtime brings along, and the only files that run where they are. */
const builtIn = [
  {
    prefix: "node:",
    files: /^src\/runtime\/node\/|^db\/(sqlite[a-z-]*|postgres|migration-files)\.ts$/,
    said: "runtime/node/ and db/sqlite*.ts, postgres.ts and migration-files.ts",
  },
  { prefix: "cloudflare:", files: /^src\/runtime\/workers\//, said: "runtime/workers/" },
];

const manifest: { dependencies: Record<string, string> } = JSON.parse(readFileSync("package.json", "utf8"));
const installed = new Set(Object.keys(manifest.dependencies));

const ships = (path: string) => path.startsWith("src/") || path.startsWith("db/");
const roomOf = (path: string) =>
  floors.flatMap((rooms, floor) =>
    rooms
      .filter((room) => path === room || (room.endsWith("/") && path.startsWith(room)))
      .map((room) => ({ room, floor })),
  )[0];

/** @returns the rule that an import breaks, as a sentence that names both ends; undefined for a good one. */
function refusalOf({ from, specifier }: Import): string | undefined {
  if (!specifier.startsWith(".")) return ships(from) ? refusalOfPackage(from, specifier) : undefined;
  const to = normalize(join(dirname(from), specifier));
  if (from.startsWith("dev/")) {
    return to.startsWith("dev/") || to.startsWith("src/runtime/")
      ? undefined
      : `${from} imports ${to}: dev/ knows the composition roots of src/runtime/ and nothing else of the product.`;
  }
  if (!ships(from)) return undefined;
  if (!ships(to)) return `${from} imports ${to}: what ships imports only what ships.`;
  return refusalOfRoom(from, to);
}

function refusalOfRoom(from: string, to: string): string | undefined {
  const here = roomOf(from);
  const there = roomOf(to);
  if (!here) return homeless(from);
  if (!there) return `${from} imports ${to}: ${homeless(to)}`;
  if (here.room === there.room || there.floor > here.floor) return undefined;
  return here.floor === there.floor
    ? `${from} imports ${to}: ${here.room} and ${there.room} are rooms of one floor and do not know each other.`
    : `${from} imports ${to}: ${there.room} is above ${here.room}, and imports point down.`;
}

function refusalOfPackage(from: string, specifier: string): string | undefined {
  const runtime = builtIn.find(({ prefix }) => specifier.startsWith(prefix));
  if (runtime) {
    return runtime.files.test(from)
      ? undefined
      : `${from} imports ${specifier}: the other runtime lacks it, and only ${runtime.said} may use it.`;
  }
  const name = specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
  if (/^(hono|@hono\/.*)$/.test(name) && !knowsHono.test(from)) {
    return `${from} imports ${specifier}: only routes.ts, http/, session/, page/, medusa/, app.ts and runtime/ know Hono.`;
  }
  return installed.has(name)
    ? undefined
    : `${from} imports ${specifier}: production does not install it (package.json, dependencies).`;
}

const homeless = (path: string) =>
  `${path} is in no room: give its folder, or the file, a floor in the table of test/house.test.ts.`;

const imports = readImports(["src", "db", "dev", "scripts", "test"]);

test("every file of the product has a room", () => {
  const files = [...new Set(imports.map(({ from }) => from))].filter(ships);
  expect(files.filter((path) => !roomOf(path)).map(homeless)).toEqual([]);
});

test("every room of the table exists", () => {
  const files = imports.files.filter(ships);
  const empty = floors.flat().filter((room) => !files.some((path) => roomOf(path)?.room === room));
  expect(empty).toEqual([]);
});

test("the map in src/README.md shows these floors", () => {
  const { text: map = "" } = blocksOf("src/README.md").find(({ language }) => language === "text") ?? {};
  const shown = map.split("\n\n").map((floor) => floor.split("\n").map((line) => line.split(" ")[0]));
  expect(shown.map((rooms) => rooms.toSorted())).toEqual(floors.map((rooms) => rooms.toSorted()));
});

test("every import points to its own room or down, and to what production installs", () => {
  expect(imports.map(refusalOf).filter((sentence) => sentence !== undefined)).toEqual([]);
});

test("no file imports itself by a detour, type imports included", () => {
  const circles = findCircles(imports);
  console.info(
    `house: ${floors.flat().length} rooms on ${floors.length} floors, ${imports.length} imports, ${circles.length} circles`,
  );
  expect(circles.map((circle) => circle.join(" → "))).toEqual([]);
});

test.each([
  ["src/me/profile/plan.ts", "../password/change-password.ts", "rooms of one floor"],
  ["src/me/activity/read-activity.ts", "../../app.ts", "src/app.ts is above src/me/activity/"],
  ["src/http/idempotency.ts", "../verification/limits.ts", "src/verification/ is above src/http/"],
  ["src/http/bearer.ts", "../activity.ts", "rooms of one floor"],
  ["src/logto/users.ts", "../services.ts", "src/services.ts is above src/logto/"],
  ["src/vault/rotate.ts", "../logto/users.ts", "src/logto/ is above src/vault/"],
  ["db/journal.ts", "../src/journal/entry.ts", "src/journal/ is above db/"],
  ["src/fields/catalogue.ts", "../config.ts", "rooms of one floor"],
  ["src/journal/settle.ts", "hono", "know Hono"],
  ["src/logto/users.ts", "oidc-provider", "production does not install it"],
  ["src/me/profile/plan.ts", "../../lost-and-found/things.ts", "is in no room"],
  ["src/webhooks/routes.ts", "../../dev/tenant/tenant.ts", "what ships imports only what ships"],
  ["src/verification/step-up.ts", "node:crypto", "the other runtime lacks it"],
  ["dev/main.ts", "../src/config.ts", "nothing else of the product"],
  ["src/runtime/workers/main.ts", "../node/serve.ts", "rooms of one floor"],
])("%s may not import %s", (from, specifier, rule) => {
  const sentence = refusalOf({ from, specifier });
  expect(sentence).toContain(rule);
  expect(sentence).toContain(from);
});
