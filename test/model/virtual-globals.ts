/** While a run is played: timers and clocks are the stage's, random values come from its luck, hashes are immediate. */
import { hash } from "node:crypto";
import type { Luck } from "./luck.ts";
import type { Stage } from "./stage.ts";

/** When every run begins, epoch ms. */
export const beginning = Date.UTC(2026, 5, 1, 12);

/** @returns puts everything back. */
export function installVirtualGlobals(stage: Pick<Stage, "elapsed" | "timers">, luck: Luck): () => void {
  let ids = 0;
  const restores = [
    // Refusals are errors, and most of what an error costs is its stack.
    replace(Error, "stackTraceLimit", 0),
    replace(globalThis, "setTimeout", stage.timers.set),
    replace(globalThis, "clearTimeout", stage.timers.clear),
    replace(Date, "now", () => beginning + stage.elapsed()),
    replace(performance, "now", stage.elapsed),
    replace(Math, "random", luck.next),
    replace(AbortSignal, "timeout", (milliseconds: number) => {
      const controller = new AbortController();
      stage.timers.set(() => controller.abort(new DOMException("too late", "TimeoutError")), milliseconds);
      return controller.signal;
    }),
    replace(crypto, "randomUUID", () => `00000000-0000-4000-8000-${String(++ids).padStart(12, "0")}`),
    replace(crypto, "getRandomValues", (bytes: Uint8Array) => {
      bytes.set(bytes.map(() => luck.below(256)));
      return bytes;
    }),
    // Web Crypto hashes on a thread of its own, and nobody knows when that is done.
    replace(crypto.subtle, "digest", async (_algorithm: string, bytes: Uint8Array) => {
      const digest = new Uint8Array(hash("sha256", bytes, "buffer"));
      return digest.buffer;
    }),
  ];
  return () => {
    for (const restore of restores.toReversed()) restore();
  };
}

function replace(object: object, name: string, value: unknown): () => void {
  const own = Object.getOwnPropertyDescriptor(object, name);
  Object.defineProperty(object, name, { value, configurable: true, writable: true });
  return () => {
    if (own) Object.defineProperty(object, name, own);
    else Reflect.deleteProperty(object, name);
  };
}
