/**
 * Stands in a bundle for what nothing here uses of zod: its messages in other languages, schemas compiled with `eval`, schemas
 * made from JSON Schema. `wrangler.toml` and `scripts/build-server.ts` name it.
 */
export const fromJSONSchema = undefined;
export const compile = undefined;
export const withParser = undefined;
export const INVALID = undefined;
export const ZodCompileAsyncError = undefined;
export const ZodCompileUnsupportedError = undefined;
