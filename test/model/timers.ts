/** Timers that become due when the stage lets time pass. */

type Timer<Owner> = { id: number; due: number; callback: () => void; owner: Owner };

type Options<Owner> = {
  now(): number;
  /** Whose timer is being set. */
  owner(): Owner;
  /** False for one whose timers never fire any more. */
  isAlive(owner: Owner): boolean;
  /** Runs, or schedules, a timer that is due. */
  run(owner: Owner, callback: () => void): void;
};

export type Timers = {
  set(callback: () => void, milliseconds?: number): number;
  clear(id: unknown): void;
  nextDue(): number | undefined;
  /** Hands over every timer that is due, in the order in which they became so. */
  fireDue(): void;
};

export function createTimers<Owner>({ now, owner, isAlive, run }: Options<Owner>): Timers {
  const waiting = new Map<number, Timer<Owner>>();
  /** Handed over, and not yet run: they may still be cleared. */
  const due = new Map<number, Timer<Owner>>();
  let last = 0;
  const earliest = () => {
    let first: Timer<Owner> | undefined;
    for (const timer of waiting.values()) {
      if (!isAlive(timer.owner)) waiting.delete(timer.id);
      else if (!first || timer.due < first.due) first = timer;
    }
    return first;
  };
  return {
    set(callback: () => void, milliseconds = 0): number {
      last += 1;
      waiting.set(last, { id: last, due: now() + Math.ceil(milliseconds), callback, owner: owner() });
      return last;
    },
    clear(id: unknown): void {
      if (typeof id === "number" && !waiting.delete(id)) due.delete(id);
    },
    nextDue: () => earliest()?.due,
    fireDue(): void {
      for (let timer = earliest(); timer && timer.due <= now(); timer = earliest()) {
        const { id, callback } = timer;
        waiting.delete(id);
        due.set(id, timer);
        run(timer.owner, () => {
          if (due.delete(id)) callback();
        });
      }
    },
  };
}
