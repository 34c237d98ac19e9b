import * as z from "zod";
import { withPlainDigits } from "./characters.ts";

/** The digits of a code, which people type or paste with spaces, dashes and invisible characters between them. */
export const verificationCode = z
  .string()
  .max(64)
  .overwrite((text) => withPlainDigits(text).replaceAll(/\D/g, ""))
  .min(1, "must hold the digits of the code");
