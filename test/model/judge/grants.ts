/** No record, code or proof outlives what it was based on; and none is lost without a reason. */
import { hash } from "node:crypto";
import type { LogtoEvent } from "../logto.ts";
import { addressOf } from "../requests.ts";
import { before, type Task } from "../task.ts";
import { changesOf, isHidden } from "./changes.ts";
import { eventsOf, type Found, isBefore } from "./found.ts";

type Change = { task: string; moment: number };

/** Every change of the password or an identifier that can be known, when Logto made it. */
function credentialChanges(found: Found): Change[] {
  const hidden = new Set(found.tasks.filter((task) => isHidden(found, task)).map(({ id }) => id));
  return found.world.logto.events.filter(
    (event) =>
      event.kind === "set_password" ||
      (event.kind === "wrote" && changesIdentifier(event.patch) && !hidden.has(event.task)),
  );
}

const changesIdentifier = (patch: object) =>
  ["username", "primaryEmail", "primaryPhone"].some((name) => Object.hasOwn(patch, name));

export function* judgeGrants(found: Found): Generator<string> {
  const changes = credentialChanges(found);
  const last = Math.max(0, ...changes.map(({ moment }) => moment));
  const stale = (basis: number) => basis < last || (basis === 0 && last > 0);
  for (const { table, task, basis } of grantsLeft(found))
    if (stale(basis))
      yield `${table} of ${task}, based on moment ${basis}, outlives the change at moment ${last}`;
  for (const task of found.tasks.filter(({ outcome }) => outcome === "ok")) {
    const basis = basisOfUse(found, task);
    if (basis === undefined) continue;
    const complete = changes.filter(({ task: id }) => isComplete(found, id, task));
    if (complete.some(({ moment }) => moment > basis))
      yield `${task.id} was let in by what moment ${basis} had granted, after a change that was complete`;
  }
  yield* judgeOwnership(found);
  yield* judgeLosses(found);
}

const isComplete = ({ tasks }: Found, id: string, user: Task) =>
  tasks.some(
    (task) => task.id === id && task.id !== user.id && task.outcome === "ok" && isBefore(task, user),
  );

/** The last moment in which Logto said yes to a task that asked for a record or a proof; 0 for the beginning. */
function basisOf(found: Found, id: string): number {
  if (id === before) return 0;
  const isYes = (event: LogtoEvent) => "right" in event && event.right;
  return eventsOf(found, { id }).findLast(isYes)?.moment ?? 0;
}

/** Whatever is still there, with the task that stored it. */
function grantsLeft(found: Found) {
  const { rows, world } = found;
  const storerOf = (table: string, column: number, value: string) =>
    world.stored.findLast((row) => row.table === table && row.values[column] === value)?.task ?? "";
  const records = rows.verification_records.map(({ id_hash }) => {
    const task = storerOf("verification_records", 0, id_hash);
    return { table: "the record", task, basis: basisOf(found, task) };
  });
  const proofs = rows.identifier_proofs.map(({ recipient }) => {
    const task = storerOf("identifier_proofs", 1, recipient);
    return { table: "the proof", task, basis: basisOf(found, task) };
  });
  const codes = rows.verification_codes.map(({ id }) => {
    const task = storerOf("verification_codes", 1, id);
    const sent = eventsOf(found, { id: task }).findLast(({ kind }) => kind === "sent_code");
    return { table: "the code", task, basis: task === before ? 0 : (sent?.moment ?? 0) };
  });
  return [...records, ...proofs, ...codes];
}

/** When that was granted which let a task in; undefined for one that needed nothing. */
function basisOfUse(found: Found, task: Task): number | undefined {
  const { id, step, grant } = task;
  if (step.do === "check") {
    const checked = eventsOf(found, { id }).findLast(({ kind }) => kind === "checked_code");
    const sent = found.world.logto.events.findLast(
      (event) =>
        event.kind === "sent_code" &&
        event.to === addressOf(step.to) &&
        event.moment < (checked?.moment ?? 0),
    );
    return sent?.moment;
  }
  const needsRecord =
    step.do === "password" ||
    step.do === "reveal" ||
    (step.do === "send" && !wasAddressOf(found, task, addressOf(step.to))) ||
    (step.do === "identify" && step.by !== "username");
  return needsRecord ? basisOf(found, grant?.task ?? "") : undefined;
}

/** Whether an address was the person's at any time while a task ran. */
function wasAddressOf({ world }: Found, { startedAt, endedAt }: Task, address: string): boolean {
  const { emails } = world.logto;
  const until = (index: number) => emails[index + 1]?.moment ?? Number.POSITIVE_INFINITY;
  return emails.some(
    ({ value, moment }, index) => value === address && moment < endedAt && until(index) > startedAt,
  );
}

/** A code is sent without step-up, and gives a record, only while its address is the person's. */
function* judgeOwnership(found: Found): Generator<string> {
  for (const task of found.tasks) {
    const { step, outcome, earned, grant } = task;
    const isOwn =
      (step.do === "send" && (step.to === "own" || !grant)) || (step.do === "check" && earned !== undefined);
    if (isOwn && outcome === "ok" && !wasAddressOf(found, task, addressOf(step.to)))
      yield `${task.id} (${step.do}) took an address for the person's that was not`;
  }
}

/** A change that was refused, with no answer lost, takes no record away. */
function* judgeLosses(found: Found): Generator<string> {
  const { world, rows } = found;
  for (const { task, verificationId } of world.grants) {
    const earnedAt = basisOf(found, task);
    const isHarmless = ({ outcome, isDoubtful, endedAt }: Task) =>
      !isDoubtful && (outcome === "refused" || (outcome === "ok" && endedAt < earnedAt));
    if (
      !changesOf(found)
        .filter(({ step }) => step.do !== "change")
        .every(isHarmless)
    )
      continue;
    const idHash = hash("sha256", verificationId, "base64url");
    if (!rows.verification_records.some(({ id_hash }) => id_hash === idHash))
      yield `the record of ${task} is lost, and no change has used it up`;
  }
}
