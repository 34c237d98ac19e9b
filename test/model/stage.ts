/**
 * The stage on which a run is played. Whatever leaves an instance (a statement, a request, a pause) stops here until
 * the scheduler lets it go on, and time passes only here. So one schedule and one luck make one run, always the same.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Scheduler } from "fast-check";
import type { Luck } from "./luck.ts";
import { createTimers, type Timers } from "./timers.ts";

/** On whose behalf code runs. A crash takes `alive` from an instance, and nothing of it goes on after that. */
export type Actor = {
  readonly instance: {
    readonly name: string;
    alive: boolean;
    /** While the instance stands still: resolves when it goes on. */
    standstill: Promise<void> | undefined;
  };
  readonly task: string;
};

export type StageOptions = {
  scheduler: Pick<Scheduler, "schedule" | "waitOne" | "count">;
  luck: Luck;
  /** How likely an actor is held back at a choice point while the others go on. */
  stalls: number;
};

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
const never = new Promise<never>(() => {});

const nameOf = (actor: Actor | undefined) => (actor ? `${actor.instance.name} ${actor.task}` : "nobody");

export class Stage {
  /** What happened, a line an event. */
  readonly trace: string[] = [];
  readonly timers: Timers;
  readonly #scheduler: StageOptions["scheduler"];
  readonly #luck: Luck;
  readonly #stalls: number;
  readonly #actors = new AsyncLocalStorage<Actor | undefined>();
  readonly #held: { until: number; release: () => void }[] = [];
  readonly #atAnswers = new Set<{ instance: Actor["instance"]; others: number; act: () => void }>();
  readonly #deadlines = new Set<{ at: number; expire: () => void }>();
  #elapsed = 0;
  #step = 0;
  #moment = 0;
  #isSmooth = false;

  constructor({ scheduler, luck, stalls }: StageOptions) {
    this.#scheduler = scheduler;
    this.#luck = luck;
    this.#stalls = stalls;
    this.timers = createTimers<Actor | undefined>({
      now: this.elapsed,
      owner: this.actor,
      isAlive: (actor) => actor?.instance.alive !== false,
      run: (actor, callback) => void this.#runTimer(actor, callback),
    });
  }

  /** Milliseconds since the run began, on a clock that all instances have in common. */
  readonly elapsed = (): number => this.#elapsed;
  /** A number that grows with everything that happens, so that two events have an order. */
  readonly moment = (): number => ++this.#moment;
  readonly actor = (): Actor | undefined => this.#actors.getStore();
  readonly isSmooth = (): boolean => this.#isSmooth;

  as<T>(actor: Actor | undefined, work: () => T): T {
    return this.#actors.run(actor, work);
  }

  note(label: string): void {
    this.trace.push(`${this.#step} ${this.#elapsed} ms ${nameOf(this.actor())}: ${label}`);
  }

  /** Time passes for everybody. What had to happen by then happens first; timers become due. */
  pass(milliseconds: number): void {
    const until = this.#elapsed + milliseconds;
    // They were set in the order in which they expire.
    for (const deadline of this.#deadlines) {
      if (deadline.at > until) break;
      this.#deadlines.delete(deadline);
      this.#elapsed = deadline.at;
      deadline.expire();
    }
    this.#elapsed = until;
    this.timers.fireDue();
  }

  /** Something that happens within `longestTravelMs`, at the latest. @returns takes it back. */
  inTime(expire: () => void): () => void {
    const deadline = { at: this.#elapsed + longestTravelMs, expire };
    this.#deadlines.add(deadline);
    return () => void this.#deadlines.delete(deadline);
  }

  /** Waits until it is this actor's turn. */
  async turn(label: string): Promise<void> {
    if (this.#isSmooth) return;
    if (this.#luck.chance(this.#stalls)) await this.#hold(this.#step + this.#luck.pick(holds));
    await this.#schedule(label);
    this.note(label);
  }

  /** Waits while the actor's instance stands still, for ever if it is dead: only then it hears an answer. */
  async whileAwake(): Promise<void> {
    const instance = this.actor()?.instance;
    for (const waiting of this.#atAnswers) {
      if (waiting.instance !== instance || waiting.others-- > 0) continue;
      this.#atAnswers.delete(waiting);
      waiting.act();
    }
    while (instance?.standstill) await instance.standstill;
    if (instance?.alive === false) await never;
  }

  /** Does something when an instance would hear its next answer, after a number of others. */
  atAnswer(instance: Actor["instance"], others: number, act: () => void): void {
    this.#atAnswers.add({ instance, others, act });
  }

  /** Time goes by for one who is nobody's instance. */
  wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.as(undefined, () => this.timers.set(resolve, milliseconds)));
  }

  /** Waits for a number of steps of the others, or until nobody else can do anything. */
  after(steps: number): Promise<void> {
    return this.#hold(this.#step + steps);
  }

  /** Plays until nobody has anything left to do. @throws {Error} if that never comes. */
  async play(): Promise<void> {
    for (const last = this.#step + longestRun; this.#step < last; this.#step++)
      if (!(await this.#goOn())) return;
    throw new Error("The run does not end.");
  }

  /** Runs work in which everything happens in the order in which it is asked for, and nothing goes wrong. */
  async smoothly<T>(work: () => Promise<T>): Promise<T> {
    this.#isSmooth = true;
    try {
      return await work();
    } finally {
      this.#isSmooth = false;
    }
  }

  #schedule(label: string): Promise<void> {
    return this.#scheduler.schedule(Promise.resolve(), label);
  }

  #hold(until: number): Promise<void> {
    return new Promise((resolve) => this.#held.push({ until, release: resolve }));
  }

  /** Lets the earliest of the held go on. @returns false if nobody is held. */
  #release(): boolean {
    const earliest = this.#held.toSorted((one, other) => one.until - other.until)[0];
    if (!earliest) return false;
    this.#held.splice(this.#held.indexOf(earliest), 1);
    earliest.release();
    return true;
  }

  async #runTimer(actor: Actor | undefined, callback: () => void): Promise<void> {
    if (!this.#isSmooth) await this.#schedule(`${nameOf(actor)}: timer`);
    if (!actor) return callback();
    while (actor.instance.standstill) await actor.instance.standstill;
    if (!actor.instance.alive) return;
    this.as(actor, callback);
  }

  async #goOn(): Promise<boolean> {
    await macrotask();
    // Who is let go asks for a turn first.
    if (this.#held.some(({ until }) => until <= this.#step)) return this.#release();
    if (this.#scheduler.count() > 0) {
      this.pass(this.#luck.below(stepMs));
      await this.#scheduler.waitOne();
      return true;
    }
    if (this.#release()) return true;
    const due = this.timers.nextDue();
    if (due === undefined) return false;
    this.pass(Math.max(0, due - this.#elapsed));
    return true;
  }
}
