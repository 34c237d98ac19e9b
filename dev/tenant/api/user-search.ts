import type { Context } from "hono";
import { LogtoError } from "../http/logto-error.ts";
import type { User } from "../store/users.ts";

const fields = ["id", "primaryEmail", "primaryPhone", "username", "name"] as const;
type Field = (typeof fields)[number];
const modes = ["exact", "like", "similar_to", "posix"];

type Condition = { fields: Field[]; mode: string; values: string[] };

/**
 * The users that a list request selects: `search=%x%` in any field, or `search.field=x` with `mode.field`.
 * @throws {LogtoError} 400 `request.invalid_input` for an unknown field or mode.
 */
export function searchUsers(c: Context, users: User[]): User[] {
  const query = new URL(c.req.url).searchParams;
  const caseSensitive = query.get("isCaseSensitive") === "true";
  const conditions = readConditions(query);
  if (conditions.length === 0) return users;
  const all = query.get("joint") === "and";
  return users.filter((user) => {
    const results = conditions.map((condition) => matches(user, condition, caseSensitive));
    return all ? results.every(Boolean) : results.some(Boolean);
  });
}

function readConditions(query: URLSearchParams): Condition[] {
  const conditions: Condition[] = [];
  for (const key of new Set(query.keys())) {
    const [name, suffix] = key.split(".");
    if (name !== "search") continue;
    const field = fields.find((known) => known === suffix);
    if (suffix !== undefined && field === undefined) throw new LogtoError(400, "request.invalid_input", {});
    const mode = query.get(suffix === undefined ? "mode" : `mode.${suffix}`) ?? "like";
    if (!modes.includes(mode)) throw new LogtoError(400, "request.invalid_input", {});
    const values = query.getAll(key).filter((value) => value !== "");
    conditions.push({ fields: field === undefined ? [...fields] : [field], mode, values });
  }
  return conditions;
}

function matches(user: User, { fields: names, mode, values }: Condition, caseSensitive: boolean): boolean {
  return names.some((name) => values.some((value) => compare(user[name] ?? "", value, mode, caseSensitive)));
}

function compare(actual: string, wanted: string, mode: string, caseSensitive: boolean): boolean {
  const flags = caseSensitive ? "s" : "is";
  if (mode === "posix") return new RegExp(wanted, flags).test(actual);
  const literal = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  if (mode === "exact") return new RegExp(`^${literal(wanted)}$`, flags).test(actual);
  const pattern = literal(wanted).replaceAll("%", ".*").replaceAll("_", ".");
  return new RegExp(`^${pattern}$`, flags).test(actual);
}
