/** The tenant's web application for sign-in by cookie, and the settings that follow from it. */
import * as z from "zod";
import { Secret } from "../config.ts";
import type { OperatorTenant } from "../logto/operator-tenant.ts";
import { OperatorError } from "../operator-error.ts";
import { type Application, applicationName } from "./application.ts";
import type { Report } from "./report.ts";
import { addSecret, listSecrets } from "./secrets.ts";

const webName = `${applicationName}: web`;

const application = z.object({
  id: z.string(),
  name: z.string(),
  oidcClientMetadata: z.looseObject({
    redirectUris: z.array(z.string()).default([]),
    postLogoutRedirectUris: z.array(z.string()).default([]),
    backchannelLogoutUri: z.string().nullish(),
    backchannelLogoutSessionRequired: z.boolean().nullish(),
  }),
});

type WebApplication = z.infer<typeof application>;

export type WebSettings = { appId: string; appSecret: Secret; cookieKeys: Secret };

/** The place where the service reads the settings. */
export type WebStore = {
  /** The operator's name for it, such as `.env`. */
  name: string;
  /** What it holds of them. */
  read(): Promise<Partial<WebSettings>>;
  save(settings: WebSettings, report: Report): Promise<void>;
};

/**
 * Finds the web application or creates it, with the addresses of this service.
 * @param publicUrl `PUBLIC_URL`.
 * @returns undefined if a dry run did not create it.
 * @throws {OperatorError} if several applications have its name.
 */
export async function ensureWebApplication(
  tenant: OperatorTenant,
  publicUrl: string,
  report: Report,
): Promise<Application | undefined> {
  const type = "Traditional";
  const all = await tenant.list("listApplications", { query: { types: type } }, application);
  const [existing, ...others] = all.filter(({ name }) => name === webName);
  if (others.length > 0) {
    throw new OperatorError(
      `The tenant has ${others.length + 1} web applications named ${webName}: rename or delete all but one, then run again.`,
    );
  }
  if (existing) {
    report.found(`the application ${webName} (${existing.id})`);
    await completeAddresses(tenant, existing, publicUrl, report);
    return existing;
  }
  const json = {
    name: webName,
    description: "Signs people in to their own profile.",
    type,
    oidcClientMetadata: addresses(publicUrl),
  };
  return report.change("create", `the application ${webName}`, () =>
    tenant.call("createApplication", { json }, application),
  );
}

/** What the tenant has to know of a service at this address. */
export const addresses = (publicUrl: string) => ({
  redirectUris: [`${publicUrl}/session/callback`],
  postLogoutRedirectUris: [`${publicUrl}/`],
  backchannelLogoutUri: `${publicUrl}/session/backchannel-logout`,
  // Without it, ID tokens name no session, and a logout would end all sessions of a person.
  backchannelLogoutSessionRequired: true,
});

/** Logto replaces the member whole, so what it holds besides is sent along. */
async function completeAddresses(
  tenant: OperatorTenant,
  { id, oidcClientMetadata: held }: WebApplication,
  publicUrl: string,
  report: Report,
) {
  const own = addresses(publicUrl);
  const union = (one: readonly string[], other: readonly string[]) => [...new Set([...one, ...other])];
  const wanted = {
    ...held,
    ...own,
    redirectUris: union(held.redirectUris, own.redirectUris),
    postLogoutRedirectUris: union(held.postLogoutRedirectUris, own.postLogoutRedirectUris),
  };
  const isComplete =
    wanted.redirectUris.length === held.redirectUris.length &&
    wanted.postLogoutRedirectUris.length === held.postLogoutRedirectUris.length &&
    held.backchannelLogoutUri === own.backchannelLogoutUri &&
    held.backchannelLogoutSessionRequired === true;
  if (isComplete) return;
  await report.change("add", `this service's addresses to ${webName}`, () =>
    tenant.call("updateApplication", { parts: { id }, json: { oidcClientMetadata: wanted } }, z.unknown()),
  );
}

/**
 * Makes sure that the store holds the settings of the application. Cookie keys that it has are kept: new ones would sign
 * everybody out.
 */
export async function ensureWebSettings(
  { tenant, store, report, now }: { tenant: OperatorTenant; store: WebStore; report: Report; now: number },
  application: Application,
): Promise<void> {
  const held = await store.read();
  const secrets = (await listSecrets(tenant, application)).filter(
    ({ expiresAt }) => !expiresAt || expiresAt > now,
  );
  const isGood = secrets.some(({ value }) => value === held.appSecret?.reveal());
  if (held.appId === application.id && isGood && held.cookieKeys) {
    report.found(`the settings of ${webName} in ${store.name}`);
    return;
  }
  const [usable] = secrets;
  const secret =
    usable ??
    (await report.change("add", `a secret to ${webName}`, () => addSecret(tenant, application, now)));
  const settings = {
    appId: application.id,
    appSecret: new Secret(secret?.value ?? ""),
    cookieKeys: held.cookieKeys ?? newKeys(),
  };
  await store.save(settings, report);
}

const newKeys = () =>
  new Secret(`k1:${btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))}`);
