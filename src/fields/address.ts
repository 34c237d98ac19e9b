import * as z from "zod";
import { text } from "./text.ts";

/** The `address` claim (OpenID Connect Core 1.0, section 5.1.1) with the member names that Logto uses. */
export const address = z.strictObject({
  formatted: z.string().min(1).max(1024).exactOptional(),
  streetAddress: z.string().min(1).max(256).exactOptional(),
  locality: text(128).exactOptional(),
  region: text(128).exactOptional(),
  postalCode: text(32).exactOptional(),
  country: text(64).exactOptional(),
});
