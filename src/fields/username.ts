import * as z from "zod";

/** A username in the characters that Logto allows. */
export const username = z
  .string()
  .max(128)
  .regex(/^[A-Z_a-z]\w*$/, "must start with a letter and hold letters, digits and _ only");
