import { createHmac } from "node:crypto";
import type { Hook, Hooks } from "./store/hooks.ts";

/** Delivers events to the hooks that subscribe to them: signed, after the API call was answered, without retries. */
export class Webhooks {
  readonly #hooks: Hooks;
  readonly #now: () => number;
  readonly #pending = new Set<Promise<void>>();
  readonly #closing = new AbortController();

  constructor(hooks: Hooks, now: () => number) {
    this.#hooks = hooks;
    this.#now = now;
  }

  /** @param details what happened: the members of the delivery beside its event, hook and time. */
  trigger(event: string, details: Record<string, unknown>): void {
    const createdAt = new Date(this.#now()).toISOString();
    for (const hook of this.#hooks.list()) {
      if (!hook.enabled || !hook.events.includes(event)) continue;
      const body = JSON.stringify({ event, createdAt, hookId: hook.id, ...details });
      const delivery = this.#deliver(hook, body).finally(() => this.#pending.delete(delivery));
      this.#pending.add(delivery);
    }
  }

  /** Resolves when no delivery is in progress. */
  async idle(): Promise<void> {
    await Promise.all(this.#pending);
  }

  /** Aborts the deliveries in progress. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.idle();
  }

  async #deliver(hook: Hook, body: string): Promise<void> {
    const signature = createHmac("sha256", hook.signingKey).update(body).digest("hex");
    const headers = {
      ...hook.config.headers,
      "content-type": "application/json",
      "user-agent": "Logto (https://logto.io/)",
      "logto-signature-sha-256": signature,
    };
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(10_000)]);
    try {
      const response = await fetch(hook.config.url, { method: "POST", headers, body, signal });
      await response.body?.cancel();
    } catch {
      // Logto never retries a delivery.
    }
  }
}
