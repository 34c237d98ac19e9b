/** What the checks ask of the machine and its network, which each runtime answers in its own way. */

/** `trouble` says why nobody should trust it; undefined for one that is good. `endsAt` in epoch milliseconds. */
export type Certificate = { trouble: string | undefined; endsAt: number };

export type Machine = {
  /** Of the Node that runs this, such as `24.21.0`. */
  nodeVersion: string;
  /** The bytes that are free where a file lies or will lie. */
  freeBytes(path: string): Promise<number>;
  /** The certificate that a host shows. @throws {OperatorError} if there is no TLS server. */
  certificate(host: string, port: number): Promise<Certificate>;
};
