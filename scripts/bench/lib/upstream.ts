/** The stand-in for Logto as a run uses it: its delay, and the number of calls that it has got. */
import * as z from "zod";
import { startProgram } from "./processes.ts";

export type Upstream = {
  url: string;
  /** How long it takes for an answer from now on; in ms. */
  setDelay(delayMs: number): Promise<void>;
  calls(): Promise<number>;
  stop(): Promise<void>;
};

const state = z.object({ calls: z.number() });

export async function startUpstream(keySetPath: string, folder: string): Promise<Upstream> {
  const program = await startProgram(
    {
      file: "scripts/bench/upstream.ts",
      arguments: ["{port}", keySetPath],
      environment: {},
      readyPath: "/bench",
    },
    folder,
  );
  const control = async (options?: RequestInit) => {
    const answer = await fetch(`${program.url}/bench`, options);
    return state.parse(await answer.json());
  };
  return {
    url: program.url,
    async setDelay(delayMs) {
      await control({
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ delayMs }),
      });
    },
    calls: async () => (await control()).calls,
    stop: program.stop,
  };
}
