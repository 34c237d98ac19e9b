/** Stands in a Worker for the languages of zod's own messages, which no answer contains. `wrangler.toml` names it. */
export {};
