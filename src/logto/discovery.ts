/** The tenant's discovery document (OpenID Connect Discovery 1.0): whether its issuer is the configured one. */
import type { LogtoConfig } from "../config.ts";
import { type LogLevel, logEvent } from "../log.ts";
import type { Platform } from "../platform.ts";
import { sleep } from "../sleep.ts";
import { fetchDiscovery } from "./discovery-document.ts";
import { type LogtoTuning, productionTuning } from "./tuning.ts";

/** "mismatch": tokens of this tenant are refused here. "unreachable": the last check got no discovery document. */
type IssuerState = "unknown" | "ok" | "mismatch" | "unreachable";

export type Discovery = {
  /** True an hour after a check that got the document; always true after any other. */
  isDue(): boolean;
  /**
   * Fetches the document from the address where the service reaches the tenant, and compares its `issuer` with the
   * configured one. It never throws. A change of the state is an event in the log.
   */
  check(): Promise<IssuerState>;
  /**
   * The state for readiness, by a new check if that ends in time. Anybody may request readiness, so there is one check
   * every few seconds; the other requests get the last state.
   */
  recent(): Promise<IssuerState>;
};

type DiscoveryDependencies = { logto: LogtoConfig; platform: Platform; tuning?: LogtoTuning };

const never = Number.NEGATIVE_INFINITY;

const events: Record<Exclude<IssuerState, "unknown">, [LogLevel, string]> = {
  ok: ["info", "logto.issuer_ok"],
  mismatch: ["warn", "logto.issuer_mismatch"],
  unreachable: ["warn", "logto.unreachable"],
};

class IssuerCheck implements Discovery {
  readonly #logto: LogtoConfig;
  readonly #platform: Platform;
  readonly #tuning: LogtoTuning["discovery"];
  #state: IssuerState = "unknown";
  #answeredAt = never;
  /** When `recent` last started a check, on the monotonic clock. */
  #askedAt = never;

  constructor({ logto, platform, tuning = productionTuning }: DiscoveryDependencies) {
    this.#logto = logto;
    this.#platform = platform;
    this.#tuning = tuning.discovery;
    platform.metrics?.watch(() => [["issuerMismatch", this.#state === "mismatch" ? 1 : 0]]);
  }

  isDue(): boolean {
    const answered = this.#state === "ok" || this.#state === "mismatch";
    return !answered || this.#platform.now() - this.#answeredAt >= this.#tuning.everyMs;
  }

  check(): Promise<IssuerState> {
    return this.#platform.coalesce("logto-discovery", async () => {
      const issuer = await this.#fetchIssuer();
      if (issuer === undefined) return this.#setState("unreachable");
      this.#answeredAt = this.#platform.now();
      return this.#setState(issuer === this.#logto.issuer ? "ok" : "mismatch");
    });
  }

  async recent(): Promise<IssuerState> {
    const now = this.#platform.monotonic();
    if (now - this.#askedAt < this.#tuning.recentMs) return this.#state;
    this.#askedAt = now;
    const check = this.check();
    this.#platform.defer(check);
    await Promise.race([check, sleep(this.#tuning.readinessMs)]);
    return this.#state;
  }

  /** @returns undefined if there is no answer, or it is no discovery document. */
  async #fetchIssuer(): Promise<string | undefined> {
    try {
      return (await fetchDiscovery(this.#logto, this.#platform.fetch, this.#tuning)).issuer;
    } catch {
      return undefined;
    }
  }

  #setState(state: Exclude<IssuerState, "unknown">): IssuerState {
    const isNews = state !== this.#state && !(state === "ok" && this.#state === "unknown");
    this.#state = state;
    if (isNews) logEvent(this.#platform, ...events[state]);
    return state;
  }
}

/** Creates the check. It fetches nothing before it is called. */
export const createDiscovery = (dependencies: DiscoveryDependencies): Discovery =>
  new IssuerCheck(dependencies);
