import { askedAs, objectKind } from "./kind.ts";
import { lines, text } from "./text.ts";

/** The `address` claim (OpenID Connect Core 1.0, section 5.1.1) with the member names that Logto uses. */
export const address = askedAs(
  "address",
  objectKind({
    formatted: lines(1024),
    streetAddress: lines(256),
    locality: text(128),
    region: text(128),
    postalCode: text(32),
    country: text(64),
  }),
);
