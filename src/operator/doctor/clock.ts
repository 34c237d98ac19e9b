import { clockSkewSeconds, toleranceSeconds } from "../../http/access-token.ts";
import { fail, type Outcome, ok, warn } from "./check.ts";

const advice = "Let NTP (chrony, systemd-timesyncd) set the clock of this machine, and of the other one.";

/**
 * Judges a clock by what access tokens are forgiven.
 * @param aheadMs how far the clock of this machine is ahead. @param whose the other clock.
 */
export function clockOutcome(aheadMs: number, whose: string): Outcome {
  const seconds = Math.abs(aheadMs) / 1000;
  const said = `this machine's clock is ${seconds.toFixed(1)} s ${aheadMs < 0 ? "behind" : "ahead of"} ${whose}`;
  if (seconds > clockSkewSeconds) return fail(said, advice);
  return seconds > toleranceSeconds ? warn(said, advice) : ok(said);
}
