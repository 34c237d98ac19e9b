import * as z from "zod";
import { askedAs, textKind } from "./kind.ts";

/** A username in the characters that Logto allows. The tenant's own policy may allow fewer. */
export const username = askedAs(
  "username",
  textKind(
    z
      .string()
      .max(128)
      .regex(/^[A-Z_a-z]\w*$/, "must start with a letter or _ and hold letters, digits and _ only"),
  ),
);
