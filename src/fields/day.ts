/** Days of the calendar (RFC 3339, `full-date`). */
import * as z from "zod";

/** The `birthdate` claim of OpenID Connect: a day, a day without its year (`0000-MM-DD`), or a year alone. */
export const birthdate = z
  .string()
  .regex(/^\d{4}(-\d{2}-\d{2})?$/, "must be YYYY-MM-DD, 0000-MM-DD or YYYY")
  .refine((value) => {
    // Any leap year will do for a day without its year.
    const day = value.replace(/^0000-/, "2000-");
    return day.length === 4 || z.iso.date().safeParse(day).success;
  }, "must be a day of the calendar");

/** A day from 1900 until today. */
export const dateOfBirth = z.iso
  .date("must be YYYY-MM-DD")
  .refine((value) => value >= "1900-01-01" && Date.parse(value) <= Date.now(), "must be a day in the past");
