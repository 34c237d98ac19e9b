import * as z from "zod";
import { withoutInvisible } from "./characters.ts";
import { asciiHostName } from "./host-name.ts";
import { askedAs, textKind } from "./kind.ts";

/**
 * One form for all spellings of an address: without invisible characters and spaces around it, in lower case, the
 * host in A-labels. Codes go to this form and never to the spelling, so no look-alike reaches another mailbox.
 */
export function canonicalEmail(text: string): string {
  const plain = withoutInvisible(text).normalize("NFKC").toLowerCase().normalize("NFKC").trim();
  const at = plain.lastIndexOf("@");
  const host = at === -1 ? undefined : asciiHostName(plain.slice(at + 1));
  // Without anything visible it is no empty text, which would unset the address.
  return host === undefined ? plain || text : `${plain.slice(0, at)}@${host}`;
}

/** A `Dot-string` of RFC 5321, section 4.1.2: whatever may stand before the @ without quotes. */
const localPart = /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;

function isEmail(value: string): boolean {
  const [local = "", host = "", ...rest] = value.split("@");
  return localPart.test(local) && asciiHostName(host) === host && rest.length === 0;
}

/** An e-mail address. Logto stores up to 128 characters. */
export const email = askedAs(
  "email",
  textKind(
    z.string().max(128).refine(isEmail, "must be an e-mail address").meta({ format: "email" }),
    canonicalEmail,
  ),
);

/** Any spelling of an address, not judged: one that the tenant holds proves who its owner is, whatever its form. */
export const anyEmail = z.string().min(1).max(512).overwrite(canonicalEmail).meta({ format: "email" });
