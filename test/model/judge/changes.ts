/** Acknowledged changes hold, none is there by half, and what is refused did not happen. */
import { firstPassword, ownEmail } from "../logto.ts";
import { groupOf } from "../requests.ts";
import type { Task } from "../task.ts";
import { eventsOf, type Found, isBefore } from "./found.ts";

/** What the fields hold at the beginning; a field of the vault holds nothing. */
export const initial: Readonly<Record<string, unknown>> = {
  name: "first",
  username: "person",
  primaryEmail: ownEmail,
  primaryPhone: "12025550113",
  password: firstPassword,
};

export const mayHaveHappened = ({ outcome }: Task) => ["ok", "unknown", "crashed"].includes(outcome);
/** The tasks that change something through the service. */
export const changesOf = ({ tasks }: Found) =>
  tasks.filter(({ step }) => ["change", "identify", "password"].includes(step.do));

export function* judgeChanges(found: Found): Generator<string> {
  const { tasks } = found;
  for (const field of new Set(tasks.flatMap(({ writes }) => Object.keys(writes)))) {
    const value = heldIn(found, field);
    if (!mayHold(tasks, field, value)) yield `${field} is ${value} in the end`;
  }
  for (const task of changesOf(found)) {
    const { outcome, code } = task;
    const { inLogto, inVault } = partsOf(found, task);
    const isSplit = inLogto !== undefined && inVault !== undefined && inLogto !== inVault;
    if (isSplit && !isHidden(found, task))
      yield `${task.id} (${outcome}) is in ${inLogto ? "Logto" : "the vault"} alone`;
    const happened = hasHappened(found, task);
    if (outcome === "ok" && !happened) yield `${task.id} was acknowledged and did not happen`;
    if (outcome === "refused" && happened) yield `${task.id} was refused (${code}) and happened`;
  }
}

/** What a field holds in the end, wherever it is stored. */
function heldIn({ world, business }: Found, field: string): unknown {
  const { user, password } = world.logto;
  const stores = { profile: user?.profile, business, top: { ...user, password } };
  const store = stores[groupOf[field] ?? "top"];
  return typeof store === "object" && store !== null ? Reflect.get(store, field) : undefined;
}

/** Whether a value is the first one, or was written by a task which no acknowledged one came after. */
function mayHold(tasks: readonly Task[], field: string, value: unknown): boolean {
  const writers = tasks.filter(({ writes }) => writes[field] !== undefined);
  const acknowledged = writers.filter(({ outcome }) => outcome === "ok");
  if (acknowledged.length === 0 && value === initial[field]) return true;
  return writers
    .filter((task) => mayHaveHappened(task) && task.writes[field] === value)
    .some((task) => !acknowledged.some((later) => isBefore(task, later)));
}

/** Whether each half of a change took effect at some time; undefined for a half that it does not have. */
function partsOf(found: Found, task: Task) {
  const fields = Object.keys(task.writes);
  const vaultField = fields.find((field) => groupOf[field] === "business");
  const hasLogtoHalf = fields.some((field) => groupOf[field] !== "business");
  const wrote = ({ kind }: { kind: string }) => kind === "wrote" || kind === "set_password";
  return {
    inLogto: hasLogtoHalf ? eventsOf(found, task).some(wrote) : undefined,
    inVault: vaultField === undefined ? undefined : wasStored(found, vaultField, task.writes[vaultField]),
  };
}

const wasStored = ({ world }: Found, field: string, value: unknown) =>
  world.stored.some(
    ({ table, values }) =>
      table === "vault" &&
      values.some(
        (content) => typeof content === "object" && content !== null && Reflect.get(content, field) === value,
      ),
  );

/** Whether a change took effect, as a whole where nothing is wrong. */
export function hasHappened(found: Found, task: Task): boolean {
  const { inLogto, inVault } = partsOf(found, task);
  return inLogto ?? inVault ?? false;
}

/**
 * Whether a change of unknown outcome was overwritten past the service, so that recovery cannot see it: Logto keeps no
 * record of who wrote what.
 */
export function isHidden(found: Found, task: Task): boolean {
  const moment =
    eventsOf(found, task).find(({ kind }) => kind === "wrote")?.moment ?? Number.POSITIVE_INFINITY;
  const isOver = ({ step, endedAt }: Task) => step.do === "readdress" && endedAt > moment;
  return task.outcome !== "ok" && task.writes.primaryEmail !== undefined && found.tasks.some(isOver);
}
