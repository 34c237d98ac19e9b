/** What callers learn when Logto gave no usable answer: which refusal, and whether it may have acted. */
import { type ProblemCode, Refusal } from "../problem.ts";

type UpstreamCode = Extract<ProblemCode, `upstream_${string}`>;

type UpstreamFailureOptions = {
  /** "no" only where Logto surely evaluated nothing: charges can be refunded, a write did not happen. */
  sent: "no" | "maybe";
  /** Seconds. */
  retryAfter?: number;
  /** True when it speaks against the tenant's health, so the circuit breaker counts it. */
  outage?: boolean;
};

/** A refusal caused by Logto rather than by the person. Carries nothing of what Logto said. */
export class UpstreamFailure extends Refusal {
  readonly sent: "no" | "maybe";
  readonly outage: boolean;

  constructor(code: UpstreamCode, { sent, retryAfter, outage = false }: UpstreamFailureOptions) {
    super(code, retryAfter === undefined ? {} : { retryAfter });
    this.name = "UpstreamFailure";
    this.sent = sent;
    this.outage = outage;
  }
}
