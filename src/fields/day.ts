/** Days of the calendar (RFC 3339, `full-date`). */
import * as z from "zod";
import { askedAs, textKind } from "./kind.ts";

/** The latest day that it is anywhere: time zones go up to UTC+14. */
const latestToday = () => new Date(Date.now() + 14 * 3_600_000).toISOString().slice(0, 10);

/** Any leap year will do for a day without its year. */
const isDay = (value: string) => z.iso.date().safeParse(value.replace(/^0000-/, "2000-")).success;

/** The `birthdate` claim of OpenID Connect: a day, a day without its year (`0000-MM-DD`), or a year alone. */
export const birthdate = askedAs(
  "birthdate",
  textKind(
    z
      .string()
      .regex(/^\d{4}(-\d{2}-\d{2})?$/, {
        error: "must be YYYY-MM-DD, 0000-MM-DD or YYYY",
        abort: true,
      })
      .refine((value) => (value.length === 4 ? value !== "0000" : isDay(value)), {
        error: "must be a day of the calendar",
        abort: true,
      })
      .refine((value) => value <= latestToday(), "must not be in the future"),
  ),
);

/** A day from 1900 until today. */
export const dateOfBirth = askedAs(
  "day",
  textKind(
    z.iso
      .date({ error: "must be YYYY-MM-DD", abort: true })
      .refine((value) => value >= "1900-01-01" && value <= latestToday(), "must be a day in the past"),
  ),
);
