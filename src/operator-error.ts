/** A failure that an operator can fix. Its message says how, in plain words. */
export class OperatorError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "OperatorError";
  }
}

/** A configuration that cannot be used. Its message names the variables and what is wrong, never a value. */
export class ConfigError extends OperatorError {
  /** One sentence for each. */
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`The configuration cannot be used:\n${faults.map((fault) => `  ${fault}`).join("\n")}`);
    this.name = "ConfigError";
    this.faults = faults;
  }
}
