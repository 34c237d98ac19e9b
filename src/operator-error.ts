/** A failure an operator can do something about: its message is one plain line that says what. */
export class OperatorError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "OperatorError";
  }
}

/** Logto's definite "no" to one call. */
export class OperatorRefusal extends OperatorError {
  readonly status: number;
  readonly code: string | undefined;

  constructor(message: string, { status, code }: { status: number; code: string | undefined }) {
    super(message);
    this.name = "OperatorRefusal";
    this.status = status;
    this.code = code;
  }
}
