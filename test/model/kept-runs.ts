/** Runs in which something once did not hold. Each was found by the model, and has to hold from now on. */
import type { Run } from "./hunt.ts";

export const keptRuns: readonly (Run & { readonly what: string })[] = [];
