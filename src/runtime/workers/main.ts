/** What a deployment runs: `wrangler.toml` names this file. */
import { createWorker } from "./worker.ts";

export default createWorker();
