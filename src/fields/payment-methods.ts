import * as z from "zod";
import type { JsonValue } from "../json.ts";
import { masked } from "./mask.ts";
import { text } from "./text.ts";

const paymentMethod = z.strictObject({
  /** What the payment provider knows the card by; never the card number itself. */
  token: text(256),
  brand: text(32),
  last4: z.string().regex(/^\d{4}$/, "must be the last four digits"),
  expiry: z
    .string()
    .regex(/^((0[1-9]|1[0-2])\/(\d{2}|\d{4})|\d{4}-(0[1-9]|1[0-2]))$/, "must be MM/YY, MM/YYYY or YYYY-MM"),
});

/** A person's saved cards, as the payment provider describes them. */
export const paymentMethods = z.array(paymentMethod).max(20);

/** Shows the brand and the last four digits of each card. */
export const maskPaymentMethods = (value: JsonValue) =>
  paymentMethods
    .parse(value)
    .map(({ brand, last4 }) => `${brand} ${masked(last4)}`)
    .join(", ");
