/** A refusal with Logto's status, code and data. Everything else that is thrown answers 500. */
export class LogtoError extends Error {
  readonly status: 400 | 401 | 403 | 404 | 409 | 422 | 429 | 501;
  readonly code: string | undefined;
  readonly data: unknown;
  /** Members beside `code` and `message`, which OIDC errors passed through the API carry. */
  readonly extra: Record<string, string>;

  constructor(
    status: LogtoError["status"],
    code?: string,
    data?: unknown,
    extra: Record<string, string> = {},
  ) {
    super(code ?? "malformed request");
    this.status = status;
    this.code = code;
    this.data = data;
    this.extra = extra;
  }
}

/** A refusal answered as plain text: what Koa says when no route takes the request. */
export class PlainError extends Error {
  readonly status: 404 | 405;

  constructor(status: 404 | 405, text: string) {
    super(text);
    this.status = status;
  }
}

/** Logto's answer for an unknown entity. */
export function notFound(): LogtoError {
  return new LogtoError(404, "entity.not_found");
}
