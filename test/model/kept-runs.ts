/** Runs in which something once did not hold. Each was found by the model, and has to hold from now on. */
import type { Run } from "./hunt.ts";

export const keptRuns: readonly (Run & { readonly what: string })[] = [
  {
    what: "a change of the password that Logto refused is never taken for one that was made",
    ...{
      scenario: {
        luck: 3208681508,
        clocks: [0, 0, 0, 0],
        clients: [
          [
            { at: 0, later: 0, step: { do: "change", fields: ["ethnicity"] } },
            { at: 1, later: 0, step: { do: "password", grant: "oldest" } },
            { at: 0, later: 0, step: { do: "readdress" } },
          ],
          [
            { at: 0, later: 0, step: { do: "password", grant: "newest" } },
            { at: 1, later: 0, step: { do: "verify", password: "current" } },
            {
              at: 1,
              later: 0,
              step: { do: "identify", by: "primaryPhone", vaultToo: true, grant: "oldest" },
            },
          ],
        ],
        crashes: [],
        jumps: [{ ms: 21000, after: 50 }],
        pauses: [],
        stalls: 0,
        storageTrouble: 0.1,
        networkTrouble: 0.15,
        slowness: 0,
        immortalSession: false,
      },
      schedule: 2426214515,
    },
  },
  {
    what: "a session that begins by Logto's clock before a change does not outlive its recovery by a clock behind it",
    ...{
      scenario: {
        luck: 2737934171,
        clocks: [0, -2500, 0, 0],
        clients: [
          [
            { at: 1, later: 71000, step: { do: "password", grant: "newest" } },
            { at: 0, later: 0, step: { do: "sign_in" } },
            { at: 0, later: 0, step: { do: "sign_in" } },
          ],
          [
            { at: 0, later: 71000, step: { do: "sign_in" } },
            { at: 1, later: 0, step: { do: "password", grant: "newest" } },
            { at: 0, later: 0, step: { do: "password", grant: "newest" } },
          ],
        ],
        crashes: [{ at: 0, after: 0 }],
        jumps: [],
        pauses: [],
        stalls: 0,
        storageTrouble: 0.1,
        networkTrouble: 0,
        slowness: 0,
        immortalSession: false,
      },
      schedule: 92564479,
    },
  },
];
