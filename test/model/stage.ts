/**
 * The stage on which a run is played. Whatever leaves an instance (a statement, a request, a pause) stops here until
 * the scheduler lets it go on, and time passes only here. So one schedule and one luck make one run, always the same.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Scheduler } from "fast-check";
import type { Luck } from "./luck.ts";
import { createTimers } from "./timers.ts";

/** On whose behalf code runs. A crash takes `alive` from an instance, and nothing of it goes on after that. */
export type Actor = { readonly instance: { readonly name: string; alive: boolean }; readonly task: string };

export type StageOptions = {
  scheduler: Pick<Scheduler, "schedule" | "waitOne" | "count">;
  luck: Luck;
  /** How likely an actor is held back at a choice point while the others go on. */
  stalls: number;
};

export type Stage = ReturnType<typeof createStage>;

/** No run of the sizes that are played needs as many: one that does has found no end. */
const longestRun = 20_000;
/**
 * Logto evaluates a request within this time after it was sent, or never. This is what the lease leaves room for: a
 * request that could lie in the network for longer cannot be told from one that is lost.
 */
const longestTravelMs = 4_900;
/** The longest that passes from one step to the next. */
const stepMs = 8;
const holds = [4, 12, 40, Number.POSITIVE_INFINITY] as const;

const macrotask = () => new Promise<void>((resolve) => setImmediate(resolve));

export function createStage({ scheduler, luck, stalls }: StageOptions) {
  const actors = new AsyncLocalStorage<Actor>();
  const held: { until: number; release: () => void }[] = [];
  const deadlines = new Set<{ at: number; expire: () => void }>();
  const trace: string[] = [];
  let elapsed = 0;
  let step = 0;
  let moment = 0;
  let isSmooth = false;

  const nameOf = (actor: Actor | undefined) => (actor ? `${actor.instance.name} ${actor.task}` : "nobody");
  const note = (label: string) =>
    void trace.push(`${step} ${elapsed} ms ${nameOf(actors.getStore())}: ${label}`);
  const schedule = (label: string) => scheduler.schedule(Promise.resolve(), label);
  const hold = (until: number) => new Promise<void>((resolve) => held.push({ until, release: resolve }));

  /** Lets the earliest of the held go on. @returns false if nobody is held. */
  function release(): boolean {
    const earliest = held.toSorted((one, other) => one.until - other.until)[0];
    if (!earliest) return false;
    held.splice(held.indexOf(earliest), 1);
    earliest.release();
    return true;
  }

  const timers = createTimers({
    now: () => elapsed,
    owner: () => actors.getStore(),
    isAlive: (actor: Actor | undefined) => actor?.instance.alive !== false,
    run: (actor, callback) => {
      const due = isSmooth ? Promise.resolve() : schedule(`${nameOf(actor)}: timer`);
      void due.then(() => {
        if (!actor) callback();
        else if (actor.instance.alive) actors.run(actor, callback);
      });
    },
  });

  /** Time passes for everybody. What had to happen by then happens first; timers become due. */
  function pass(milliseconds: number): void {
    const until = elapsed + milliseconds;
    // They were set in the order in which they expire.
    for (const deadline of deadlines) {
      if (deadline.at > until) break;
      deadlines.delete(deadline);
      elapsed = deadline.at;
      deadline.expire();
    }
    elapsed = until;
    timers.fireDue();
  }

  async function goOn(): Promise<boolean> {
    await macrotask();
    // Who is let go asks for a turn first.
    if (held.some(({ until }) => until <= step)) return release();
    if (scheduler.count() > 0) {
      pass(luck.below(stepMs));
      await scheduler.waitOne();
      return true;
    }
    if (release()) return true;
    const due = timers.nextDue();
    if (due === undefined) return false;
    pass(Math.max(0, due - elapsed));
    return true;
  }

  return {
    /** Milliseconds since the run began, on a clock that all instances have in common. */
    elapsed: () => elapsed,
    /** A number that grows with everything that happens, so that two events have an order. */
    moment: () => ++moment,
    /** What happened, a line an event. */
    trace,
    note,
    pass,
    timers,
    actor: () => actors.getStore(),
    as: <T>(actor: Actor, work: () => T): T => actors.run(actor, work),
    nobody: <T>(work: () => T): T => actors.exit(work),
    /** Something that happens within `longestTravelMs`, at the latest. @returns takes it back. */
    inTime(expire: () => void): () => void {
      const deadline = { at: elapsed + longestTravelMs, expire };
      deadlines.add(deadline);
      return () => void deadlines.delete(deadline);
    },
    /** Waits until it is this actor's turn. */
    async turn(label: string): Promise<void> {
      if (isSmooth) return;
      if (luck.chance(stalls)) await hold(step + luck.pick(holds));
      await schedule(label);
      note(label);
    },
    /** Never resolves for an actor whose instance is dead. */
    whileAlive: (): Promise<void> =>
      actors.getStore()?.instance.alive === false ? new Promise(() => {}) : Promise.resolve(),
    /** Waits for a number of steps of the others, or until nobody else can do anything. */
    after: (steps: number): Promise<void> => hold(step + steps),
    /** Plays until nobody has anything left to do. @throws {Error} if that never comes. */
    async play(): Promise<void> {
      for (const last = step + longestRun; step < last; step++) if (!(await goOn())) return;
      throw new Error("The run does not end.");
    },
    /** Runs work in which everything happens in the order in which it is asked for, and nothing goes wrong. */
    async smoothly<T>(work: () => Promise<T>): Promise<T> {
      isSmooth = true;
      try {
        return await work();
      } finally {
        isSmooth = false;
      }
    },
    isSmooth: () => isSmooth,
  };
}
