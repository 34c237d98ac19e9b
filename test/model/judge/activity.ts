/** The activity tells what happened, each thing once, and nothing else. */
import type { Task } from "../task.ts";
import { hasHappened } from "./changes.ts";
import type { Found } from "./found.ts";

export function* judgeActivity(found: Found): Generator<string> {
  for (const task of found.tasks) {
    const [event, least, most] = expectationOf(found, task);
    if (event === "") continue;
    const { length } = found.rows.activity.filter(
      (row) => row.request_id === task.id && row.event.startsWith(event),
    );
    if (length < least || length > most)
      yield `${task.id} (${task.step.do} ${task.outcome} ${task.code}) has ${length} entries of ${event}, not ${least} to ${most}`;
  }
}

/** Which event a task leaves, and how often at least and at most. */
function expectationOf(found: Found, task: Task): readonly [event: string, least: number, most: number] {
  const { step, outcome, code, isDoubtful, earned } = task;
  const happened = hasHappened(found, task);
  const ends = outcome === "ok" ? 1 : 0;
  // What was answered without an answer of the database may be recorded.
  const most = outcome === "crashed" || isDoubtful ? 1 : ends;
  switch (step.do) {
    case "change":
    case "identify":
      return ["profile.updated", happened ? 1 : 0, happened ? 1 : 0];
    case "password":
      // One that may have happened counts as made.
      return ["password.changed", happened ? 1 : 0, happened || outcome === "unknown" ? 1 : most];
    case "verify":
      return code === "password_incorrect" ? ["step_up.refused", 1, 1] : ["step_up.granted", ends, most];
    case "send":
      return ["code.sent", ends, most];
    case "check":
      if (code === "code_incorrect")
        return [step.to === "own" ? "step_up.refused" : "identifier.refused", 1, 1];
      return [earned ? "step_up.granted" : "identifier.proven", ends, most];
    case "reveal":
      return ["business.revealed", ends, most];
    default:
      return ["", 0, 0];
  }
}
