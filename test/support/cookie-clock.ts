/** One clock for the service and the tenant, whose sessions and tokens follow the machine's: both are moved together. */
import { afterAll, beforeAll, vi } from "vitest";
import type { TestService } from "./service.ts";

/** @returns a function that moves the clock, in milliseconds. Only `Date` is replaced: sockets and timers run on. */
export function useOneClock(service: Pick<TestService, "platform">): (milliseconds: number) => void {
  beforeAll(() => {
    vi.useFakeTimers({ toFake: ["Date"], now: service.platform.now() });
  });
  afterAll(() => {
    vi.useRealTimers();
  });
  return (milliseconds) => {
    service.platform.advance(milliseconds);
    vi.setSystemTime(service.platform.now());
  };
}
