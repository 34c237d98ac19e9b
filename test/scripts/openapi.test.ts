/** `npm run openapi`: the document without a service, and what a generator of clients makes of it. */
import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { everyRoute } from "../support/every-route.ts";
import { useService } from "../support/fixtures.ts";
import { createFolder, runScript } from "./workplace.ts";

const run = promisify(execFile);
const service = useService({ environment: everyRoute });

test("writes the document that a running service answers", async () => {
  const folder = await createFolder();
  const { code } = await runScript(folder, "openapi", ["api/openapi.json"], {
    PUBLIC_URL: service.config.publicUrl,
  });
  expect(code).toBe(0);
  const written = JSON.parse(await readFile(join(folder, "api/openapi.json"), "utf8"));
  expect(written).toEqual((await service.anonymous("GET", "/openapi.json")).body);
});

test("asks for the file's name", async () => {
  const { code, stderr } = await runScript(await createFolder(), "openapi");
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("npm run openapi -- <file>") });
});

/** A program that uses the generated types. Each line below `@ts-expect-error` must not compile. */
const program = `import type { components, operations } from "./client.d.ts";

type Profile = components["schemas"]["Profile"];
type Patch = components["schemas"]["ProfilePatch"];
type JsonOf<Answer extends { content: { "application/json": unknown } }> = Answer["content"]["application/json"];

export const patch: Patch = {
  name: "Alice Doe",
  avatar: null,
  profile: { address: { locality: "Oslo", region: null } },
  customData: { preferences: { theme: { dark: true } } },
  business: { ssn: "521-73-8846", paymentMethods: null },
};
// @ts-expect-error A name is a text.
export const numbered: Patch = { name: 7 };
// @ts-expect-error There is no such field.
export const misspelled: Patch = { nickName: "Al" };
// @ts-expect-error A patch takes the value and not its mask.
export const masked: Patch = { business: { ssn: { masked: "•••••8846" } } };
// @ts-expect-error Nobody can change this.
export const readOnly: Patch = { createdAt: null };

export const shown = ({ business }: Profile): string => business.ssn?.masked ?? "none";
// @ts-expect-error A read shows no more than a mask.
export const leaked = ({ business }: Profile): string => business.ssn ?? "none";

type Record = JsonOf<operations["verifyPassword"]["responses"][200]>;
type ChangeHeaders = NonNullable<operations["changePassword"]["parameters"]["header"]>;
export const proven = ({ verificationId }: Record): ChangeHeaders => ({ "Verification-Id": verificationId });
// @ts-expect-error The header has another name.
export const unproven = ({ verificationId }: Record): ChangeHeaders => ({ "Verification-ID": verificationId });

type Verified = JsonOf<operations["verifyCode"]["responses"][200]>;
export const idOf = (verified: Verified) => ("proven" in verified ? undefined : verified.verificationId);
export const address: components["schemas"]["Recipient"] = { email: "alice@example.test" };
// @ts-expect-error An address of some kind is needed.
export const nowhere: components["schemas"]["Recipient"] = {};

type Refused = operations["updateProfile"]["responses"][403]["content"]["application/problem+json"];
export function methodsAfter(problem: Refused): string[] {
  switch (problem.code) {
    case "step_up_required":
      return problem.methods ?? [];
    // @ts-expect-error This call does not answer that with 403.
    case "code_incorrect":
      return [];
    default:
      return [problem.title];
  }
}
export const faults = ({ errors = [] }: components["schemas"]["Problem"]) => errors.map(({ pointer }) => pointer);
`;

describe("a client that openapi-typescript generates", () => {
  const folder = resolve("out/client");
  beforeAll(async () => {
    await mkdir(folder, { recursive: true });
    await runScript(folder, "openapi", ["openapi.json"]);
    const files = [join(folder, "openapi.json"), "--output", join(folder, "client.d.ts")];
    await run("npm", ["run", "generate", "--workspace", "client-generator", "--", ...files]);
  });

  test("types a patch, a step-up and a problem, and nothing else in their place", async () => {
    const compilerOptions = {
      strict: true,
      noEmit: true,
      module: "esnext",
      moduleResolution: "bundler",
      lib: ["es2024"],
      types: [],
      allowImportingTsExtensions: true,
    };
    await writeFile(
      join(folder, "tsconfig.json"),
      JSON.stringify({ compilerOptions, files: ["program.ts", "client.d.ts"] }),
    );
    await writeFile(join(folder, "program.ts"), program);
    const compiled = await run(resolve("node_modules/.bin/tsc"), ["-p", folder]).catch(({ stdout }) => ({
      stdout,
    }));
    expect(compiled.stdout).toBe("");
  });
});
