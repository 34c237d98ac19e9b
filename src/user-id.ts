/** The identifier of a person: the subject (`sub`) of their token. Its alphabet is safe in paths and keys. */
import * as z from "zod";

/** Parses a user id: 1 to 64 characters of the base64url alphabet, and never `__proto__`. */
export const userIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/)
  .refine((value) => value !== "__proto__")
  .brand<"UserId">();

export type UserId = z.infer<typeof userIdSchema>;
