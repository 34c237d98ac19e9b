/** A read is as new as it promises: it shows what its own instance has changed, and what others changed a while ago. */
import type { Task } from "../task.ts";
import { initial, mayHaveHappened } from "./changes.ts";
import { type Found, isBefore } from "./found.ts";

/** How long an instance may keep a person in memory. */
const keptMs = 15_000;

export function* judgeReads({ tasks }: Found): Generator<string> {
  for (const reader of tasks.filter(({ outcome }) => outcome === "ok"))
    for (const [field, value] of Object.entries(reader.shown))
      if (!mayShow(tasks, reader, field, value))
        yield `${reader.id} (${reader.step.do}) shows ${value} as ${field}, which is older than it may be`;
}

/** Whether no change came between the one that wrote the value and the read which the read has to know. */
function mayShow(tasks: readonly Task[], reader: Task, field: string, value: unknown): boolean {
  const writers = tasks.filter(({ writes }) => writes[field] !== undefined);
  const known = writers.filter((writer) => hasToKnow(reader, writer));
  if (known.length === 0 && (value ?? undefined) === initial[field]) return true;
  return writers
    .filter((writer) => mayHaveHappened(writer) && writer.writes[field] === value)
    .some((writer) => !known.some((later) => isBefore(writer, later)));
}

function hasToKnow(reader: Task, writer: Task): boolean {
  if (writer.outcome !== "ok" || !isBefore(writer, reader)) return false;
  const isFresh = reader.step.do === "reveal" || reader.instance === writer.instance;
  return isFresh || writer.endedMs + keptMs < reader.startedMs;
}
