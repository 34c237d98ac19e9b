/** `seed:m2m --web`: the web application for sign-in by cookie. */
import { parseEnv } from "node:util";
import { expect, test } from "vitest";
import { parseConfig } from "../../src/config.ts";
import { secretsIn, startWorkplace, type Workplace } from "./workplace.ts";

const publicUrl = "https://profile.example.org/people";
const seed = async (workplace: Workplace, ...args: string[]) => {
  const finished = await workplace.run("seed-m2m", ["--web", ...args], { PUBLIC_URL: publicUrl });
  expect(secretsIn(`${finished.stdout}${finished.stderr}`, workplace.tenant)).toEqual([]);
  return finished;
};
const webOf = ({ tenant }: Workplace) =>
  tenant.state.applications.list().filter(({ name }) => name === "profile-bff: web");

test("makes the application with its addresses, and writes settings with which the service starts", async () => {
  const workplace = await startWorkplace();
  expect(await seed(workplace)).toMatchObject({ code: 0, stderr: "" });
  expect(webOf(workplace)).toMatchObject([
    {
      type: "Traditional",
      oidcClientMetadata: {
        redirectUris: [`${publicUrl}/session/callback`],
        postLogoutRedirectUris: [`${publicUrl}/`],
        backchannelLogoutUri: `${publicUrl}/session/backchannel-logout`,
        backchannelLogoutSessionRequired: true,
      },
    },
  ]);
  const { session } = parseConfig({
    ...parseEnv(await workplace.read(".env")),
    LOGTO_ENDPOINT: workplace.tenant.description.endpoint,
    API_RESOURCE: "http://localhost:3000",
    ENCRYPTION_KEYS: `k1:${btoa("k".repeat(32))}`,
  });
  expect(session?.appId).toBe(webOf(workplace)[0]?.id);
  expect(session?.appSecret.reveal()).toBe(webOf(workplace)[0]?.secrets[0]?.value);
});

test("a second run changes nothing; a lost address is added beside the others, and cookie keys are kept", async () => {
  const workplace = await startWorkplace();
  await seed(workplace);
  const file = await workplace.read(".env");
  expect((await seed(workplace)).lines.at(-1)).toBe("nothing to change");
  const [web] = webOf(workplace);
  if (web)
    web.oidcClientMetadata = { redirectUris: ["https://other.example.org/back"], postLogoutRedirectUris: [] };
  expect((await seed(workplace)).code).toBe(0);
  expect(webOf(workplace)[0]?.oidcClientMetadata.redirectUris).toEqual([
    "https://other.example.org/back",
    `${publicUrl}/session/callback`,
  ]);
  expect(await workplace.read(".env")).toBe(file);
});

test("a dry run makes nothing, and a missing PUBLIC_URL is named", async () => {
  const workplace = await startWorkplace();
  expect((await seed(workplace, "--dry-run")).lines).toContain(
    "would create the application profile-bff: web",
  );
  expect(webOf(workplace)).toEqual([]);
  const { code, stderr } = await workplace.run("seed-m2m", ["--web"]);
  expect([code, stderr]).toEqual([1, expect.stringContaining("PUBLIC_URL is missing")]);
});
