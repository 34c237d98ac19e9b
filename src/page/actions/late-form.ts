/** A form that was sent after its session had ended: what was typed waits, sealed, until its person has signed in again. */
import type { Services } from "../../services.ts";
import type { UserId } from "../../user-id.ts";
import type { Typed } from "../forms/typed.ts";
import { keepState, type PendingForm, pendingForm } from "../states.ts";

/** Forms in which something is typed. The others are pressed again. */
const typedForms: ReadonlySet<string> = new Set([
  "/account/profile",
  "/account/address",
  "/account/preferences",
  "/account/username",
  "/account/private",
  "/account/list",
  "/account/email",
  "/account/phone",
  "/account/password",
]);

/**
 * Keeps a form for the person for whom its page was made. Nobody else can reach it.
 * @returns the path where it waits; undefined for a form that holds nothing.
 */
export async function keepLateForm(
  services: Services,
  userId: UserId,
  action: string,
  form: Typed,
): Promise<string | undefined> {
  if (!typedForms.has(action)) return undefined;
  const { proof: _worthless, once: _used, csrf: _token, ...kept } = form;
  const caller = { userId, personHash: await services.vault.keyedHash("user", userId) };
  const content: PendingForm = { action, form: kept, methods: [], isLate: true };
  return `/account/confirm/${await keepState({ services, caller }, pendingForm, content)}`;
}
