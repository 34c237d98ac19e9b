/** Random parts of an address: authorization codes, and ids of interactions and sessions. */
const token = /[\w-]{43}/g;

/** Names in the recorded cases, and the ids, addresses and tokens of this tenant that they stand for. */
export class Placeholders {
  readonly #values = new Map<string, string>();
  /** Random values of the recording, and what this tenant answered in their place. */
  readonly #learned = new Map<string, string>();

  set(name: string, value: string): void {
    this.#values.set(name, value);
  }

  get(name: string): string {
    return this.#values.get(name) ?? "";
  }

  /** Whether a text is the value of a name. */
  isValue(text: string): boolean {
    return [...this.#values.values()].includes(text);
  }

  /** From now on, stands the actual value for the recorded one. */
  learn(recorded: string, actual: string): void {
    if (recorded.length >= 12) this.#learned.set(recorded, actual);
  }

  /**
   * Compares two addresses, whose random parts may differ, and learns those.
   * @returns the recorded address if nothing else differs, and otherwise the actual one.
   */
  learnAddress(recorded: string, actual: string): string {
    if (recorded.replaceAll(token, "…") !== actual.replaceAll(token, "…")) return actual;
    const parts = actual.match(token) ?? [];
    for (const [index, part] of (recorded.match(token) ?? []).entries()) this.learn(part, parts[index] ?? "");
    return recorded;
  }

  /** Forgets all names and all learned values. */
  clear(): void {
    this.#values.clear();
    this.#learned.clear();
  }

  /** Replaces every known `:name`, and every learned value, in a JSON value. */
  resolve(value: unknown): unknown {
    if (typeof value === "string") return this.resolveText(value);
    if (Array.isArray(value)) return value.map((part) => this.resolve(part));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => [this.resolveText(key), this.resolve(part)]),
    );
  }

  resolveText(text: string): string {
    let resolved = text.replaceAll(/:([A-Za-z0-9]+)(?!-)\b/g, (whole, name: string) => {
      return this.#values.get(name) ?? whole;
    });
    for (const [recorded, actual] of this.#learned) resolved = resolved.replaceAll(recorded, actual);
    return resolved;
  }
}
