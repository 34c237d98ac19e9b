import * as z from "zod";
import type { JsonValue } from "../json.ts";
import type { Kind } from "./kind.ts";
import { masked } from "./mask.ts";
import { oneLine } from "./text.ts";

const paymentMethod = z.strictObject({
  /** What the payment provider knows the card by; never the card number itself. */
  token: oneLine(256),
  brand: oneLine(32),
  last4: z.string().regex(/^\d{4}$/, "must be the last four digits"),
  expiry: z
    .string()
    .regex(/^((0[1-9]|1[0-2])\/(\d{2}|\d{4})|\d{4}-(0[1-9]|1[0-2]))$/, "must be MM/YY, MM/YYYY or YYYY-MM"),
});

/** A person's saved cards, as the payment provider describes them. */
export const paymentMethods: Kind = { schema: z.array(paymentMethod).max(20) };

/** What a mask shows, read without judgement: cards that older rules let in are shown too. */
const shown = z.array(z.object({ brand: z.string(), last4: z.string() }));

/** Shows the brand and the last four digits of each card. */
export const maskPaymentMethods = (value: JsonValue) =>
  shown
    .parse(value)
    .map(({ brand, last4 }) => `${brand} ${masked(last4)}`)
    .join(", ");
