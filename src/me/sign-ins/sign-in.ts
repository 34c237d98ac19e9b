/** A sign-in, or a try at one, as its person is shown it. */
import type { ActivityEntry } from "../../../db/activity-entry.ts";
import type { Lockout } from "../../../db/lockouts.ts";
import { shortAddress } from "../../http/short-address.ts";
import type { LoggedSignIn, SignInMethod } from "../../logto/sign-in-log.ts";
import type { Services } from "../../services.ts";
import { nameBrowser } from "../../session/user-agent.ts";

export const reasons = ["wrong_proof", "wrong_second_factor", "locked", "not_allowed"] as const;

export type SignIn = {
  id: string;
  at: string;
  result: "ok" | "refused";
  /** Why it was refused. */
  reason: (typeof reasons)[number] | null;
  /** Who saw it: the sign-in page of the tenant, or this service. */
  seenBy: "tenant" | "here";
  /** For which application; its name where the tenant tells it. */
  application: { id: string; name: string | null } | null;
  method: SignInMethod | "phone" | null;
  secondFactor: SignInMethod | null;
  browser: string | null;
  system: string | null;
  /** The network, not the address. */
  address: string | null;
  /** As the request said of itself: anybody can make it say anything. */
  reportedPlace: { country: string | null; city: string | null };
};

type Naming = Pick<Services, "vault">;

const unnamed = (id: string | null) => (id === null ? null : { id, name: null });

const noPlace = { country: null, city: null };

/** Nobody can tell from a reference what the tenant calls the entry. */
const refOf = async ({ vault }: Naming, userId: string, source: string, id: string) =>
  (await vault.keyedHash("sign-in", JSON.stringify(["entry", userId, source, id]))).slice(0, 22);

/** What the tenant logged. @param isSecondFactor whether it was a try at the second factor alone. */
export async function fromLog(
  services: Naming,
  userId: string,
  logged: LoggedSignIn,
  isSecondFactor: boolean,
): Promise<SignIn> {
  const { id, at, outcome, method, secondFactor, applicationId, ip, userAgent, reportedPlace } = logged;
  const isRefused = outcome === "refused";
  return {
    id: await refOf(services, userId, "log", id),
    at: new Date(at).toISOString(),
    result: isRefused ? "refused" : "ok",
    reason: isRefused ? (isSecondFactor ? "wrong_second_factor" : "not_allowed") : null,
    seenBy: "tenant",
    application: unnamed(applicationId),
    method,
    secondFactor,
    ...nameBrowser(userAgent),
    address: shortAddress(ip),
    reportedPlace,
  };
}

/** What an event of the tenant said. */
export async function fromLockout(services: Naming, lockout: Lockout): Promise<SignIn> {
  const { id, userId, at, applicationId, browser, system, address } = lockout;
  return {
    id: await refOf(services, userId, "lockout", id),
    at: new Date(at).toISOString(),
    result: "refused",
    reason: "locked",
    seenBy: "tenant",
    application: unnamed(applicationId),
    method: null,
    secondFactor: null,
    browser,
    system,
    address,
    reportedPlace: noPlace,
  };
}

const provenBy = { password: "password", email: "email", phone: "phone" } as const;
const isProof = (method: unknown): method is keyof typeof provenBy =>
  typeof method === "string" && Object.hasOwn(provenBy, method);

/** What this service refused, as the activity has it. */
export async function fromActivity(services: Naming, entry: ActivityEntry): Promise<SignIn> {
  const { id, userId, at, clientId, detail } = entry;
  return {
    id: await refOf(services, userId, "activity", id),
    at: new Date(at).toISOString(),
    result: "refused",
    reason: "wrong_proof",
    seenBy: "here",
    application: unnamed(clientId),
    method: isProof(detail.method) ? provenBy[detail.method] : null,
    secondFactor: null,
    browser: null,
    system: null,
    address: null,
    reportedPlace: noPlace,
  };
}
