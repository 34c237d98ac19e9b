/** Decides what a change writes to which store. It reads and writes nothing itself. */
import type { FieldEntry, Storage } from "../../fields/catalogue.ts";
import { canonicalPatch } from "../../fields/kind.ts";
import { equal, type JsonObject, type JsonValue, mergePatch } from "../../json.ts";
import { Refusal } from "../../problem.ts";
import { type StoredProfile, storedValue, storeOf } from "./document.ts";
import { type Change, parseValue, refuseFields } from "./patch.ts";

export type Plan = {
  /** Body of the one Logto write; `undefined` where nothing changes at Logto. */
  logto: JsonObject | undefined;
  /** The whole new content of the vault; `undefined` where nothing changes there. */
  business: JsonObject | undefined;
  /** Pointers of the fields that change. */
  changed: string[];
  /** Whether the change needs step-up: for a field that changes, or for a masked one that the patch names. */
  needsStepUp: boolean;
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

/**
 * Merges the changes into what is stored and validates the outcome.
 * @throws {Refusal} `validation_failed`, `unknown_field` (inside an object field), `last_identifier`.
 */
export function planUpdate(stores: StoredProfile, changes: readonly Change[], prefix = ""): Plan {
  const decided = changes.map((change) => decide(stores, change));
  const errors = decided.flatMap(({ errors }) => errors);
  if (errors.length > 0) refuseFields(errors, prefix);

  const effective = decided.filter(({ field, value }) => !equal(value, storedValue(stores, field)));
  const changeTo = (pointer: string) => effective.find(({ field }) => field.pointer === pointer)?.value;
  requireIdentifier(stores, effective);
  return {
    logto: logtoPatch(stores, effective),
    business: effective.some(({ field }) => field.storage === "vault")
      ? contentAfter(stores, "vault", effective)
      : undefined,
    changed: effective.map(({ field }) => field.pointer),
    // To name a masked value counts as a change: otherwise anybody could test guesses at it without step-up.
    needsStepUp: decided.some(
      (change) => change.field.stepUp && (change.field.mask || effective.includes(change)),
    ),
    newEmail: textOrNothing(changeTo("/primaryEmail")),
    newPhone: textOrNothing(changeTo("/primaryPhone")),
    newUsername: textOrNothing(changeTo("/username")),
    changesIdentifier: identifiers.some((name) => changeTo(`/${name}`) !== undefined),
  };
}

const textOrNothing = (value: JsonValue | undefined) => (typeof value === "string" ? value : undefined);

function decide(stores: StoredProfile, { field, patch }: Change) {
  const merged = patch === null ? null : mergePatch(storedValue(stores, field), canonicalPatch(field, patch));
  return { field, ...parseValue(field, merged) };
}

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

/** Logto allows the removal of the last identifier, after which nobody could sign in to the account. */
function requireIdentifier({ user }: StoredProfile, decided: readonly Decided[]) {
  const changeOf = (name: Identifier) => decided.find(({ field }) => field.pointer === `/${name}`);
  const removed = identifiers.filter((name) => changeOf(name)?.value === null);
  if (removed.length === 0) return;
  const remains = (name: Identifier) =>
    (changeOf(name)?.value ?? user[name]) !== null && !removed.includes(name);
  const waysIn = [
    // Nobody can sign in by username without a password.
    remains("username") && user.hasPassword,
    remains("primaryEmail"),
    remains("primaryPhone"),
    Object.keys(user.identities).length > 0,
  ];
  if (waysIn.some(Boolean)) return;
  throw new Refusal("last_identifier", {
    errors: removed.map((name) => ({
      pointer: `/${name}`,
      code: "last_identifier",
      message: "is the last way to sign in",
    })),
  });
}
