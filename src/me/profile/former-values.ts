/** What a change replaces: kept sealed for a while, so that it can be put back. */
import { base64url } from "jose";
import type { Compilable } from "kysely";
import * as z from "zod";
import type { ActivityEntry } from "../../../db/activity-entry.ts";
import type { FormerRow, NewFormerRow } from "../../../db/former-values.ts";
import { webDigests } from "../../digests.ts";
import { pictureAt } from "../../fields/avatar.ts";
import type { WriteLock } from "../../journal/lease.ts";
import type { JsonObject, JsonValue } from "../../json.ts";
import { Refusal } from "../../problem.ts";
import type { Services } from "../../services.ts";
import { type StoredProfile, valueAt } from "./document.ts";
import type { Plan } from "./plan.ts";

const hour = 60 * 60 * 1000;
/** For how long a change can be undone. */
const undoableMs = { identifier: 7 * 24 * hour, fields: 24 * hour };

const identifierPointers = ["/username", "/primaryEmail", "/primaryPhone"];

/** The values of one change, by pointer. `after` says whether a field has been changed since. */
const formerContent = z.object({
  before: z.record(z.string(), z.json()),
  after: z.record(z.string(), z.json()),
});

export type FormerContent = z.output<typeof formerContent>;

const formerValue = z.object({
  id: z.string(),
  kind: z.enum(["identifier", "fields"]),
  content: formerContent,
  /** Undoes the change of an identifier without a sign-in: it goes to the address that the person had before. */
  token: z.string().nullable(),
});

/** What is kept of a change, as its journal entry has it. */
export const formerValues = z.object({
  kept: z.array(formerValue),
  /** The change is itself an undo: what it has put back. */
  undone: z.string().nullable(),
});

export type FormerValues = z.output<typeof formerValues>;

/**
 * Collects what a change replaces: each identifier by itself, and the other fields as one.
 * @param undone the id of the former values that the change puts back, if it is an undo.
 */
export function formerValuesOf(
  { user, business }: StoredProfile,
  plan: Pick<Plan, "changed" | "logto" | "business">,
  undone: string | undefined,
): FormerValues {
  const [before, after] = [
    { ...user, business },
    { ...plan.logto, business: plan.business ?? {} },
  ];
  const valuesOf = (pointers: readonly string[], place: Record<string, JsonValue>) =>
    Object.fromEntries(pointers.map((pointer) => [pointer, valueAt(place, pointer)]));
  const keep = (kind: FormerRow["kind"], pointers: readonly string[]) => ({
    id: crypto.randomUUID(),
    kind,
    content: { before: valuesOf(pointers, before), after: valuesOf(pointers, after) },
    token: kind === "identifier" ? newToken() : null,
  });
  const isIdentifier = (pointer: string) => identifierPointers.includes(pointer);
  const others = plan.changed.filter((pointer) => !isIdentifier(pointer) && !isGone(pointer, before));
  return {
    kept: [
      ...plan.changed.filter(isIdentifier).map((pointer) => keep("identifier", [pointer])),
      ...(others.length > 0 ? [keep("fields", others)] : []),
    ],
    undone: undone ?? null,
  };
}

/** A picture that was set here is deleted with its address, which would lead nowhere. */
function isGone(pointer: string, place: JsonObject): boolean {
  const value = valueAt(place, pointer);
  return pointer === "/avatar" && typeof value === "string" && pictureAt(value) !== undefined;
}

const newToken = () => base64url.encode(crypto.getRandomValues(new Uint8Array(32)));

/** The token is 256 random bits, so nobody can guess it from a plain hash. */
export const undoTokenHash = (token: string): string | Promise<string> => webDigests.sha256(token);

/** The statements that keep former values, for the batch that finishes their change. */
export async function keepFormerValues(
  { vault, db }: Pick<Services, "vault" | "db">,
  { userId, guard }: Pick<WriteLock, "userId" | "guard">,
  { at, requestId }: Pick<ActivityEntry, "at" | "requestId">,
  { kept, undone }: FormerValues,
): Promise<Compilable[]> {
  const rows = await Promise.all(
    kept.map(
      async ({ id, kind, content, token }): Promise<NewFormerRow> => ({
        ...{ id, userId, kind, requestId, kid: vault.current, madeAt: at },
        fields: Object.keys(content.before),
        tokenHash: token === null ? null : await undoTokenHash(token),
        sealed: await vault.seal({ userId, purpose: "former-values" }, content),
        expiresAt: at + undoableMs[kind],
      }),
    ),
  );
  return [
    ...rows.map((row) => db.formerValues.insert(row, guard)),
    ...(kept.some(({ kind }) => kind === "fields") ? [db.formerValues.keepNewest(userId)] : []),
    ...(undone === null ? [] : [db.formerValues.delete(undone, guard)]),
  ];
}

/** @throws {Refusal} `data_integrity`. */
export async function openFormerValues(
  { vault }: Pick<Services, "vault">,
  { userId, sealed }: FormerRow,
): Promise<FormerContent> {
  const { data } = formerContent.safeParse(await vault.open({ userId, purpose: "former-values" }, sealed));
  if (!data) throw new Refusal("data_integrity");
  return data;
}
