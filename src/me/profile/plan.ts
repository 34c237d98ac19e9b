/** Decides what a change writes to which store. It reads and writes nothing itself. */
import type { FieldEntry, Storage } from "../../fields/catalogue.ts";
import { canonicalPatch, canonicalValue } from "../../fields/kind.ts";
import { equal, isObject, type JsonObject, type JsonValue, mergePatch } from "../../json.ts";
import { type FieldError, Refusal } from "../../problem.ts";
import { canSignIn } from "../../verification/ways-in.ts";
import { changeIn } from "./compare.ts";
import { factsOf, type StoredProfile, shownValue, storedValue, storeOf } from "./document.ts";
import { judgeChange, unknownField, unknownRemovals } from "./judge.ts";
import { type Change, type NamedMembers, refuseFields } from "./patch.ts";

export type Plan = {
  /** Body of the one Logto write; `undefined` where nothing changes at Logto. */
  logto: JsonObject | undefined;
  /** The whole new content of the vault; `undefined` where nothing changes there. */
  business: JsonObject | undefined;
  /** Pointers of the fields that change. */
  changed: string[];
  /** Whether a field changes that asks for step-up. */
  needsStepUp: boolean;
  /** Whether somebody who has nothing by which to step up adds a first address, for which a proof is enough. */
  waivesStepUp: boolean;
  /** New identifiers, each of which needs a proof. */
  newEmail: string | undefined;
  newPhone: string | undefined;
  /** A new username, which needs no proof. */
  newUsername: string | undefined;
  /** Whether a sign-in identifier changes, which uses up the step-up record. */
  changesIdentifier: boolean;
};

type Decided = { field: FieldEntry; value: JsonValue };

const identifiers = ["username", "primaryEmail", "primaryPhone"] as const;
type Identifier = (typeof identifiers)[number];
const addresses = new Set(["/primaryEmail", "/primaryPhone"]);

type Circumstances = {
  /** Whether the caller has stepped up. */
  steppedUp: boolean;
  /** Whether the caller has anything by which to step up. */
  canStepUp: boolean;
  /** Is removed from the pointers of errors. */
  prefix: string;
};

/**
 * Compares what a patch names with what is stored, and judges what it changes.
 * @throws {Refusal} `validation_failed`, `card_number_refused`, `read_only_field`, `unknown_field` (inside an object
 *   field, or another id), `last_identifier`.
 */
export function planUpdate(
  stores: StoredProfile,
  { changes, facts }: NamedMembers,
  { steppedUp, canStepUp, prefix }: Circumstances,
): Plan {
  const decided = changes.map((change) => decide(stores, change, steppedUp));
  const errors = [...factErrors(stores, facts), ...decided.flatMap(({ errors }) => errors)];
  if (errors.length > 0) refuseFields(errors, prefix);

  const effective = decided.flatMap(({ effective }) => effective);
  const changeTo = (pointer: string) => effective.find(({ field }) => field.pointer === pointer)?.value;
  requireIdentifier(stores, effective);
  const sensitive = effective.filter(({ field }) => field.stepUp);
  const isWaived = ({ field }: Decided) => addresses.has(field.pointer) && !canStepUp;
  return {
    logto: logtoPatch(stores, effective),
    business: effective.some(({ field }) => field.storage === "vault")
      ? contentAfter(stores, "vault", effective)
      : undefined,
    changed: effective.map(({ field }) => field.pointer),
    needsStepUp: !sensitive.every(isWaived),
    waivesStepUp: sensitive.some(isWaived),
    newEmail: textOrNothing(changeTo("/primaryEmail")),
    newPhone: textOrNothing(changeTo("/primaryPhone")),
    newUsername: textOrNothing(changeTo("/username")),
    changesIdentifier: identifiers.some((name) => changeTo(`/${name}`) !== undefined),
  };
}

const textOrNothing = (value: JsonValue | undefined) => (typeof value === "string" ? value : undefined);

/** A document that is sent back as it was read names these members too; with another value they are refused. */
function factErrors({ user }: StoredProfile, named: NamedMembers["facts"]): FieldError[] {
  const shown = factsOf(user);
  return named
    .filter(({ name, value }) => !equal(value, shown[name]))
    .map(({ name }) => (name === "id" ? unknownField("/id") : readOnlyField(`/${name}`)));
}

const readOnlyField = (pointer: string): FieldError => ({
  pointer,
  code: "read_only_field",
  message: "cannot be changed here",
});

/** What a patch does to one field: what is wrong with it, or the new value if there is one. */
function decide(stores: StoredProfile, { field, patch: given }: Change, steppedUp: boolean) {
  const held = storedValue(stores, field);
  const unchanged = { errors: [], effective: [] };
  if (field.mask && held !== null && equal(given, shownValue(field, held))) return unchanged;
  const patch = canonicalPatch(field, given);
  // Without step-up a masked value is a change, whatever it is: otherwise anybody could test guesses at it.
  const isGuess = field.mask && field.stepUp && patch !== null && !steppedUp;
  const before = isGuess ? null : held;
  const stored = canonicalValue(field, before);
  const change = isEmptied(field, stored, patch) ? undefined : changeIn(stored, patch);
  const after = mergePatch(before, change ?? null);
  const named = { stored, patch, change: change ?? null, after };
  const unknown = unknownRemovals(field, named);
  if (change === undefined) return { errors: unknown, effective: [] };
  if (field.readOnly) return { errors: [readOnlyField(field.pointer)], effective: [] };
  const effective: Decided[] = [{ field, value: after }];
  return { errors: [...unknown, ...judgeChange(field, named)], effective };
}

/** Whether a patch only unsets members of an object that is unset already, as a form with empty inputs does. */
const isEmptied = ({ members }: FieldEntry, stored: JsonValue, patch: JsonValue) =>
  members !== undefined &&
  stored === null &&
  isObject(patch) &&
  Object.keys(patch).length > 0 &&
  Object.values(patch).every((value) => value === null);

/** The whole content of a storage with the changes applied; `null` removes a member. */
function contentAfter(stores: StoredProfile, storage: Storage, decided: readonly Decided[]): JsonObject {
  const content = new Map(Object.entries(storeOf(stores, storage)));
  for (const { field, value } of decided) {
    if (field.storage !== storage) continue;
    if (value === null) content.delete(field.name);
    else content.set(field.name, value);
  }
  return Object.fromEntries(content);
}

/** Logto replaces `profile` and `customData` whole, so each is sent whole, with the members that do not change. */
function logtoPatch(stores: StoredProfile, decided: readonly Decided[]): JsonObject | undefined {
  const inLogto = decided.filter(({ field }) => field.storage !== "vault");
  if (inLogto.length === 0) return undefined;
  const top = inLogto.filter(({ field }) => field.storage === "logto");
  const patch = new Map<string, JsonValue>(top.map(({ field, value }) => [field.name, value]));
  for (const [storage, member] of [
    ["logto.profile", "profile"],
    ["logto.customData", "customData"],
  ] as const) {
    if (inLogto.some(({ field }) => field.storage === storage))
      patch.set(member, contentAfter(stores, storage, inLogto));
  }
  return Object.fromEntries(patch);
}

/**
 * Logto allows the removal of the last identifier, after which nobody could sign in to the account.
 * @throws {Refusal} `last_identifier`.
 */
export function requireIdentifier(
  { user }: Pick<StoredProfile, "user">,
  changes: readonly { field: Pick<FieldEntry, "pointer">; value: JsonValue }[],
): void {
  const changeOf = (name: Identifier) => changes.find(({ field }) => field.pointer === `/${name}`);
  const removed = identifiers.filter((name) => changeOf(name)?.value === null);
  if (removed.length === 0) return;
  const remains = (name: Identifier) =>
    (changeOf(name)?.value ?? user[name]) !== null && !removed.includes(name);
  const waysIn = {
    username: remains("username"),
    hasPassword: user.hasPassword,
    primaryEmail: remains("primaryEmail"),
    primaryPhone: remains("primaryPhone"),
    identities: Object.keys(user.identities).length,
  };
  if (canSignIn(waysIn)) return;
  throw new Refusal("last_identifier", {
    errors: removed.map((name) => ({
      pointer: `/${name}`,
      code: "last_identifier",
      message: "is the last way to sign in",
    })),
  });
}
