/** The Worker that `npm run dev:workers` runs: the one of a deployment, with what development allows. */
import { createWorker } from "../src/runtime/workers/worker.ts";

export default createWorker({ development: true });
