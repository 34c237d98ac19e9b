import * as z from "zod";
import { stringUpTo } from "./text.ts";

/** A URL without a user name and without characters that a browser would have to correct first. */
const plainUrl = /^[a-z]+:\/\/[^\s\p{C}"<>`\\@/?#]+(?:[/?#][^\s\p{C}"<>`\\]*)?$/iu;

/**
 * The URL of a web page or a picture, on a host with a domain name.
 * @param protocol the schemes that are allowed.
 */
export const webUrl = (protocol: RegExp) =>
  z
    .url({ protocol, hostname: z.regexes.domain, error: "must be a web address" })
    .pipe(stringUpTo(2048))
    .refine((value) => plainUrl.test(value), "must be a plain web address without a user name");
