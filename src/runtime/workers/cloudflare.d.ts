/** The part of Cloudflare's runtime that this folder uses. */
declare module "cloudflare:workers" {
  /** Keeps the current request alive until the work is done, even if its client leaves. */
  export function waitUntil(work: Promise<unknown>): void;
}
