/** The one identifier of a person: the subject of their token, in the alphabet that is safe in paths and keys. */
import * as z from "zod";

/** Parses a user id: 1 to 64 characters of the base64url alphabet, and never the name of an object's prototype. */
export const userIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/)
  .refine((value) => value !== "__proto__")
  .brand<"UserId">();

export type UserId = z.infer<typeof userIdSchema>;
