/** Names in the recorded cases, and the ids, addresses and tokens of this tenant that they stand for. */
export class Placeholders {
  readonly #values = new Map<string, string>();

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

  /** Replaces every known `:name` in a JSON value. */
  resolve(value: unknown): unknown {
    if (typeof value === "string") return this.resolveText(value);
    if (Array.isArray(value)) return value.map((part) => this.resolve(part));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => [this.resolveText(key), this.resolve(part)]),
    );
  }

  resolveText(text: string): string {
    return text.replaceAll(
      /:([A-Za-z0-9]+)(?!-)\b/g,
      (whole, name: string) => this.#values.get(name) ?? whole,
    );
  }
}
