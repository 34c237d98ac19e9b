/**
 * The tenant's e-mail block list. Logto applies it where people register or change their address themselves and not in
 * the Management API. Rules and their order as recorded from the Account API. Logto Cloud's list of disposable
 * addresses is not published, so `blockDisposableAddresses` has no effect here.
 */
import * as z from "zod";
import { canonicalEmail } from "../fields/email.ts";
import type { IdentifierIssue } from "./username-policy.ts";

/** Missing parts block nothing. Items are an address or `@` and a domain; `*` stands for any characters. */
export const emailBlocklistPolicy = z.object({
  blockSubaddressing: z.boolean().default(false),
  customAllowlist: z.array(z.string()).default([]),
  customBlocklist: z.array(z.string()).default([]),
});

export type EmailBlocklistPolicy = z.output<typeof emailBlocklistPolicy>;

/**
 * @param email an address in canonical form.
 * @returns the first rule that the address breaks, as Logto names it; undefined if it breaks none.
 */
export function emailIssue(policy: EmailBlocklistPolicy, email: string): IdentifierIssue | undefined {
  const { blockSubaddressing, customAllowlist, customBlocklist } = policy;
  if (blockSubaddressing && email.includes("+")) {
    return { code: "email_subaddressing_not_allowed", message: "must have no + before the @ here" };
  }
  const isListed = (item: string) => matches(canonicalEmail(item), email);
  const allowed = customAllowlist.length === 0 || customAllowlist.some(isListed);
  if (allowed && !customBlocklist.some(isListed)) return undefined;
  return { code: "email_not_allowed", message: "is an address that cannot be used here" };
}

/** Compares the whole address, or what follows its last sign before the domain, with an item. */
function matches(item: string, email: string): boolean {
  const compared = item.startsWith("@") ? email.slice(email.indexOf("@")) : email;
  const [start = "", ...parts] = item.split("*");
  if (parts.length === 0) return compared === item;
  const end = parts.pop() ?? "";
  if (!compared.startsWith(start) || !compared.endsWith(end)) return false;
  // Each part is looked for after the one before it: no item takes long, however many stars it has.
  let position = start.length;
  for (const part of parts) {
    const found = compared.indexOf(part, position);
    if (found === -1) return false;
    position = found + part.length;
  }
  return position + end.length <= compared.length;
}
