import * as z from "zod";

/** A phone number as Logto stores it: the digits of E.164 without the plus. Separators between them are removed. */
export const phone = z
  .string()
  .max(32)
  .regex(/^\+?[1-9][\d ().-]*$/, "must be an international phone number")
  .overwrite((value) => value.replace(/\D/g, ""))
  .refine((value) => value.length >= 7 && value.length <= 15, "must have 7 to 15 digits");
