import type { Caller } from "../../caller.ts";
import { logEvent } from "../../log.ts";
import { Refusal } from "../../problem.ts";
import type { Services } from "../../services.ts";
import type { AccountExport } from "./export-account.ts";

/** What is done where an export could not be read to its end: it costs nothing, and the log says so. */
export const brokenOff =
  (
    { platform }: Pick<Services, "platform">,
    { requestId }: Caller,
    { refund }: Pick<AccountExport, "refund">,
  ) =>
  async (error: unknown): Promise<void> => {
    const code = error instanceof Refusal ? error.code : "internal";
    logEvent(platform, "error", "export.broken_off", { requestId, code });
    await refund();
  };
