/** A form that came back: what was typed, what it showed at first, and what is stored by now. */
import type { FieldEntry } from "../../fields/catalogue.ts";
import { isObject, type JsonObject, type JsonValue } from "../../json.ts";
import { type Typed, typedIn } from "./typed.ts";

export type Submission = {
  typed: Typed;
  /** What the inputs showed when the form was opened. */
  base: Typed;
};

/** Choices that a page with a conflict offers for one input. */
export const keepName = (name: string): string => `keep.${name}`;

/** @param form everything that was sent. Where a conflict was decided for what is stored, that counts as typed. */
export function readSubmission(form: Typed, fields: readonly FieldEntry[]): Submission {
  const base = readBase(form.base ?? "");
  const typed = Object.entries(typedIn(form, fields)).map(([name, text]) => [
    name,
    form[keepName(name)] === "theirs" ? (base[name] ?? "") : text,
  ]);
  return { typed: Object.fromEntries(typed), base };
}

/** It came from our own page; what somebody else has made of it counts as nothing. */
function readBase(text: string): Typed {
  let parsed: JsonValue;
  try {
    parsed = JSON.parse(text);
  } catch {
    return {};
  }
  if (!isObject(parsed)) return {};
  return Object.fromEntries(
    Object.entries(parsed).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

/** Whether a person has changed an input. */
export const isTouched =
  ({ typed, base }: Submission) =>
  (name: string): boolean =>
    (typed[name] ?? "") !== (base[name] ?? "");

/** Inputs that were changed here and, to something else, elsewhere meanwhile. */
export const conflictsWith = (submission: Submission, current: Typed): string[] =>
  Object.keys(submission.typed).filter((name) => {
    const [mine, theirs, first] = [submission.typed[name], current[name] ?? "", submission.base[name] ?? ""];
    return isTouched(submission)(name) && theirs !== first && theirs !== mine;
  });

/** What was typed, and what is stored by now where nothing was. */
export const mergedWith = (submission: Submission, current: Typed): Typed =>
  Object.fromEntries(
    Object.entries(submission.typed).map(([name, text]) => [
      name,
      isTouched(submission)(name) ? text : (current[name] ?? ""),
    ]),
  );

/** A merge patch of the document from values by JSON pointer. */
export function patchFrom(values: Readonly<Record<string, JsonValue>>): JsonObject {
  const groups = new Map<string, Record<string, JsonValue>>();
  const top: Record<string, JsonValue> = {};
  for (const [pointer, value] of Object.entries(values)) {
    const [, first = "", second] = pointer.split("/");
    if (second === undefined) top[first] = value;
    else groups.set(first, { ...groups.get(first), [second]: value });
  }
  return { ...top, ...Object.fromEntries(groups) };
}
