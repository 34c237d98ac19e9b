import type { User, Users } from "../store/users.ts";
import type { Identifier } from "./interactions.ts";

/** Finds a user. A phone may contain a plus, spaces and dashes; every other identifier is taken as it is. */
export function findByIdentifier(users: Users, { type, value }: Identifier): User | undefined {
  const wanted = type === "phone" ? value.replaceAll(/\D/g, "") : value;
  return wanted === "" ? undefined : users.findByIdentifier(type, wanted);
}
