import type { Compilable } from "kysely";
import type { Guard } from "../../db/guard.ts";
import { UpstreamFailure } from "../logto/upstream-failure.ts";
import { noticeOf } from "../notices/notice.ts";
import type { Services } from "../services.ts";
import { nameBrowser } from "./user-agent.ts";

type Told = Pick<Services, "config" | "platform" | "db" | "vault" | "logto">;

/**
 * The statements by which a browser becomes one that the person uses, for the batch of a sign-in, with a notice if it is
 * a new one. A browser is known by its name and that of its system. The first one of all is no news.
 * @param guard the one of the sign-in.
 * @returns none for a client that says nothing of itself, and while the tenant does not say where the notice would go: the
 *   next sign-in tells of it.
 */
export async function rememberBrowser(
  services: Told,
  userId: string,
  userAgent: string | null,
  guard: Guard,
): Promise<Compilable[]> {
  const { platform, db, vault } = services;
  const { browser, system } = nameBrowser(userAgent);
  if (browser === null && system === null) return [];
  const newBrowser = await vault.keyedHash("sign-in", JSON.stringify(["browser", userId, browser, system]));
  const params = { browser: browser ?? "", system: system ?? "" };
  try {
    return [
      ...(await noticeFor(services, userId, params, { ...guard, newBrowser })),
      db.knownBrowsers.remember(userId, newBrowser, platform.now(), guard),
    ];
  } catch (error) {
    if (error instanceof UpstreamFailure) return [];
    throw error;
  }
}

/** Nobody's address is read where no notices go out. */
async function noticeFor(
  services: Told,
  userId: string,
  params: { browser: string; system: string },
  guard: Guard & { newBrowser: string },
): Promise<Compilable[]> {
  if (!services.config.notices) return [];
  const person = await services.logto.snapshots.refresh(userId);
  return noticeOf(services, person, "sign_in.new_browser", params, guard);
}
