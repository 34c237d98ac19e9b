/** A check of `npm run doctor`, and how all of them are run. */
import { OperatorError } from "../../operator-error.ts";
import type { Visit } from "./visit.ts";

/** What a check found. `said` holds no secret; `advice` says what to do, and a warning or failure always has one. */
export type Outcome =
  | { status: "ok" | "skipped"; said: string }
  | { status: "warn" | "fail"; said: string; advice: string };

export type Finding = { name: string; status: Outcome["status"]; said: string; advice?: string };

export type Check = {
  name: string;
  /** The checks before it without which it can find nothing. */
  needs: readonly string[];
  /** Looks, and changes nothing. An {OperatorError} that it throws is a failure. */
  look(visit: Visit): Outcome | Promise<Outcome>;
  /** What to do if it throws. */
  advice: string;
};

export const ok = (said: string): Outcome => ({ status: "ok", said });
export const skipped = (said: string): Outcome => ({ status: "skipped", said });
export const warn = (said: string, advice: string): Outcome => ({ status: "warn", said, advice });
export const fail = (said: string, advice: string): Outcome => ({ status: "fail", said, advice });

/**
 * Runs checks, at once as far as they do not need each other.
 * @param limitMs how long each may take.
 * @returns one finding for each, in their order. It throws nothing.
 */
export async function examine(
  checks: readonly Check[],
  visit: Visit,
  limitMs: number,
): Promise<readonly Finding[]> {
  const begun = new Map<string, Promise<Finding & { root?: string }>>();
  const examineOne = async (check: Check) => {
    const { name } = check;
    const needed = await Promise.all(check.needs.flatMap((need) => begun.get(need) ?? []));
    const missing = needed.find(({ status }) => status === "fail" || status === "skipped");
    if (!missing) return { name, ...(await look(check, visit, limitMs)) };
    const root = missing.root ?? missing.name;
    return { name, ...skipped(`not seen, because of: ${root}`), root };
  };
  for (const check of checks) begun.set(check.name, examineOne(check));
  const findings = await Promise.all(begun.values());
  return findings.map(({ root: _root, ...finding }) => finding);
}

async function look(check: Check, visit: Visit, limitMs: number): Promise<Outcome> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<Outcome>((resolve) => {
    const said = `no answer within ${limitMs / 1000} seconds`;
    timer = setTimeout(() => resolve(fail(said, check.advice)), limitMs);
  });
  try {
    return await Promise.race([check.look(visit), late]);
  } catch (error) {
    if (error instanceof OperatorError) return fail(error.message, check.advice);
    const kind = error instanceof Error ? error.name : "an error";
    return fail(`the check itself failed (${kind})`, check.advice);
  } finally {
    clearTimeout(timer);
  }
}
