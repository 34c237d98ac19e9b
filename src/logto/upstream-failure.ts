/** The refusal for a call to Logto without a usable answer. */

import { Refusal } from "../problem.ts";
import type { ProblemCode } from "../problem-codes.ts";

type UpstreamCode = Extract<ProblemCode, `upstream_${string}`>;

type UpstreamFailureOptions = {
  /** "no" only if Logto surely evaluated nothing: then a write did not happen and a charge can be refunded. */
  sent: "no" | "maybe";
  /** Seconds. */
  retryAfter?: number;
  /** True if the circuit breaker must count it as a sign of an outage. */
  outage?: boolean;
  /** The status of Logto's answer. Default: there was none, or it says nothing. */
  status?: number;
};

/** A refusal that Logto caused and not the person's input. It contains nothing of Logto's answer. */
export class UpstreamFailure extends Refusal {
  readonly sent: "no" | "maybe";
  readonly outage: boolean;
  readonly status: number | undefined;

  constructor(code: UpstreamCode, { sent, retryAfter, outage = false, status }: UpstreamFailureOptions) {
    super(code, retryAfter === undefined ? {} : { retryAfter });
    this.name = "UpstreamFailure";
    this.sent = sent;
    this.outage = outage;
    this.status = status;
  }
}
