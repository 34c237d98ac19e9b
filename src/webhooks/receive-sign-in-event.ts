import { shortAddress } from "../http/short-address.ts";
import type { LockoutEvent, SignedInEvent } from "../logto/sign-in-events.ts";
import type { Services } from "../services.ts";
import { rememberBrowser } from "../session/new-browser.ts";
import { nameBrowser } from "../session/user-agent.ts";

/** Anybody can cause one, at the sign-in page. */
const keptOfPerson = 100;
/** An event comes at once or never. */
const longestWayMs = 24 * 60 * 60_000;

/**
 * Handles an event of the sign-in page. One that comes again changes nothing.
 * @throws {Refusal} `upstream_unavailable` or the like, `storage_unavailable`: Logto does not repeat the event.
 */
export async function receiveSignInEvent(
  services: Services,
  event: LockoutEvent | SignedInEvent,
): Promise<void> {
  if (Math.abs(services.platform.now() - event.at) > longestWayMs) return;
  await (event.event === "PostSignIn" ? signedIn(services, event) : lockedOut(services, event));
}

async function signedIn(services: Services, { userId, userAgent }: SignedInEvent): Promise<void> {
  const person = await services.vault.keyedHash("user", userId);
  await services.db.batch(await rememberBrowser(services, userId, userAgent, { person }));
}

/** Keeps for the person that somebody tried their identifier until Logto locked it. What was typed is not kept. */
async function lockedOut(
  { logto, vault, db, platform }: Services,
  { identifier, at, ip, userAgent, applicationId }: LockoutEvent,
): Promise<void> {
  if (Math.abs(platform.now() - at) > longestWayMs) return;
  const user = await logto.accounts.findByIdentifier(identifier);
  if (!user) return;
  const event = ["lockout", user.id, at, identifier.type, identifier.value, ip, userAgent, applicationId];
  const lockout = {
    id: await vault.keyedHash("sign-in", JSON.stringify(event)),
    userId: user.id,
    at: Math.min(at, platform.now()),
    ...nameBrowser(userAgent),
    address: shortAddress(ip),
    applicationId,
  };
  const person = await vault.keyedHash("user", user.id);
  await db.batch([db.lockouts.insert(lockout, { person }), db.lockouts.keepNewest(user.id, keptOfPerson)]);
}
