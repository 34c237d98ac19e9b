import * as z from "zod";
import type { JsonValue } from "../json.ts";
import { askedAs, textKind } from "./kind.ts";
import { masked } from "./mask.ts";

/** A social security number of the United States. */
export const socialSecurityNumber = askedAs(
  "digits",
  textKind(z.string().regex(/^\d{3}-?\d{2}-?\d{4}$/, "must be nine digits, with or without dashes")),
);

/** Shows the last four digits. */
export const maskSocialSecurityNumber = (value: JsonValue) => masked(String(value).slice(-4));
