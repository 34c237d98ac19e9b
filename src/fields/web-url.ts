import { hostName } from "./host-name.ts";
import { askedAs, type Kind, textKind } from "./kind.ts";
import { stringUpTo } from "./text.ts";

/** No user name, no empty port, and no character that a browser would correct first; joiners belong to some scripts. */
const plainUrl =
  /^[a-z]+:\/\/(?<host>(?:[^\s\p{C}"<>`\\@/?#%:\u3002]|[\u200c\u200d])+)(?::\d+)?(?:[/?#](?:[^\s\p{C}"<>`\\]|[\u200c\u200d])*)?$/iu;

/** @returns what is wrong with the URL; undefined for one that a page may show or link to. */
function faultOf(value: string, protocol: RegExp): string | undefined {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !protocol.test(url.protocol) || !hostName.test(url.hostname)) return "must be a web address";
  const host = plainUrl.exec(value)?.groups?.host;
  if (host === undefined || host !== host.normalize("NFKC")) {
    return "must be a web address that no browser has to correct, without a user name";
  }
  // Under this name every machine reaches itself (RFC 6761, section 6.3).
  return url.hostname.endsWith(".localhost") ? "must be a web address that others can open" : undefined;
}

/**
 * The URL of a web page or a picture, on a host with a domain name.
 * @param protocol the schemes that are allowed, each with its colon.
 */
export const webUrl = (protocol: RegExp): Kind =>
  askedAs(
    "url",
    textKind(
      stringUpTo(2048)
        .check(({ value, issues }) => {
          const message = faultOf(value, protocol);
          if (message !== undefined) issues.push({ code: "custom", message, input: value });
        })
        .meta({ format: "uri" }),
      (text) => text.trim() || text,
    ),
  );
