/** Puts back what a change has replaced, if nothing has changed it since. */
import { equal, isObject, type JsonValue } from "../../json.ts";
import { updateProfile } from "../../me/profile/update-profile.ts";
import { type Answer, goTo } from "../answer.ts";
import { fieldAt } from "../forms/controls.ts";
import { patchFrom } from "../forms/submission.ts";
import type { Typed } from "../forms/typed.ts";
import type { Page } from "../page.ts";
import { announce } from "../parts/saved.ts";
import { findState, savedChange, takeState } from "../states.ts";
import { readStored, shownIn } from "../stored.ts";

/** @returns undefined where there is nothing to undo any more. @throws {Refusal} as `updateProfile`. */
export async function undoChange(page: Page, form: Typed): Promise<Answer | undefined> {
  const id = form.change ?? "";
  const change = await findState(page, savedChange, id);
  if (!change?.undo) return undefined;
  const { before, after } = change.undo;
  const stored = await readStored(page, true);
  const isAsLeft = Object.entries(after).every(([pointer, value]) =>
    equal(shownIn(stored, fieldAt(pointer)), value),
  );
  if (!isAsLeft) return goTo(`/account/activity${await announce(page, "problem.undoGone")}`);
  const values = Object.fromEntries(
    Object.entries(before).map(([pointer, value]) => [pointer, replacing(after[pointer] ?? null, value)]),
  );
  await updateProfile(page.services, page.caller, { patch: patchFrom(values), ifMatch: stored.tag });
  await takeState(page, savedChange, id);
  const undo = { before: after, after: before };
  return goTo(`/account/activity${await announce(page, "saved.undone", { undo })}`);
}

/** A merge patch that leaves exactly `value` where `current` is. */
function replacing(current: JsonValue, value: JsonValue): JsonValue {
  if (!isObject(current) || !isObject(value)) return value;
  const removed = Object.keys(current).map((name) => [name, null] as const);
  return { ...Object.fromEntries(removed), ...value };
}
