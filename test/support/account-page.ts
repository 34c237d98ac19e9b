/** The account page in a real browser: the service with cookie sessions beside a tenant, and one Chromium. */
import { randomBytes } from "node:crypto";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { startTenant } from "../../dev/tenant/start-tenant.ts";
import { launchBrowser } from "./browser.ts";
import { useShared } from "./fixtures.ts";
import { freePort } from "./free-port.ts";
import { apiResource, startService, type TestService } from "./service.ts";

export type AccountPage = TestService & {
  chromium: Browser;
  /** Opens a browser window of its own. */
  open(options?: BrowserContextOptions): Promise<Page>;
};

/** Starts everything; `close` ends it. @param environment beyond the default. */
export async function startAccountPage(environment: Record<string, string> = {}): Promise<AccountPage> {
  await using opened = new AsyncDisposableStack();
  const port = await freePort();
  const publicUrl = `http://localhost:${port}`;
  const tenant = opened.adopt(
    await startTenant({
      port: 0,
      apiResource,
      passwordCost: 64,
      redirectUris: { web: `${publicUrl}/session/callback`, spa: `${publicUrl}/callback` },
      backchannelLogoutUri: `${publicUrl}/session/backchannel-logout`,
    }),
    (started) => started.close(),
  );
  const { web } = tenant.description;
  const service = opened.adopt(
    await startService({
      tenant,
      sendsNotices: true,
      environment: {
        PUBLIC_URL: publicUrl,
        PORT: String(port),
        PROFILE_CACHE_SECONDS: "0",
        LOGTO_APP_ID: web.appId,
        LOGTO_APP_SECRET: web.appSecret,
        COOKIE_KEYS: `test:${randomBytes(32).toString("base64")}`,
        ...environment,
      },
    }),
    (started) => started.close(),
  );
  const chromium = opened.adopt(await launchBrowser(), (browser) => browser.close());
  const everything = opened.move();
  return {
    ...service,
    url: publicUrl,
    chromium,
    async open(options = {}) {
      const context = await chromium.newContext({ baseURL: publicUrl, locale: "en", ...options });
      context.setDefaultTimeout(30_000);
      return context.newPage();
    },
    close: () => everything.disposeAsync(),
  };
}

/** The same for the tests of a file. */
export const useAccountPage = (environment: Record<string, string> = {}): AccountPage =>
  useShared(
    () => startAccountPage(environment),
    (page) => page.close(),
  );

/** Signs a person in, from the page of somebody who is not. @param password Default: the seeded one. */
export async function signIn(
  { platform }: Pick<TestService, "platform">,
  page: Page,
  username: string,
  password = `${username}-password-1`,
): Promise<void> {
  platform.catchUp();
  await enter(page, username, password);
}

/** The same beside a service whose clock nobody moves. */
export async function enter(
  page: Page,
  username: string,
  password = `${username}-password-1`,
): Promise<void> {
  await page.goto("/account");
  await page.locator("main .button.primary").click();
  await page.fill("#identifier", username);
  await page.fill("#password", password);
  await page.locator("button[type=submit]").click();
  await page.waitForURL(/\/account/);
}
