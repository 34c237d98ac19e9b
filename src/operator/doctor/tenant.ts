/** Is the tenant there, does it call itself as we expect, and does its clock agree with ours? */
import { type Check, fail, ok, warn } from "./check.ts";
import { clockOutcome } from "./clock.ts";

export const tenantReachable: Check = {
  name: "tenant",
  needs: ["configuration"],
  advice:
    "Check LOGTO_ENDPOINT, LOGTO_INTERNAL_ENDPOINT and the network between this machine and the tenant; in development start `npm run dev`.",
  async look(visit) {
    await visit.answer();
    return ok(`answers at ${visit.config().logto.internalEndpoint}`);
  },
};

export const issuer: Check = {
  name: "issuer",
  needs: ["tenant"],
  advice: "",
  async look(visit) {
    const { issuer: found } = await visit.answer();
    const expected = visit.config().logto.issuer;
    return found === expected
      ? ok(found)
      : fail(
          `the tenant signs as ${found}, and this service expects ${expected}: every access token is refused`,
          "Set LOGTO_ENDPOINT to what stands before /oidc in the tenant's issuer. If this service reaches the tenant at another address, set LOGTO_INTERNAL_ENDPOINT to that.",
        );
  },
};

export const tenantClock: Check = {
  name: "clock",
  needs: ["tenant"],
  advice: "",
  async look(visit) {
    const { aheadMs } = await visit.answer();
    return aheadMs === undefined
      ? warn("the tenant's answers tell no time", "Check that this machine's clock is set by NTP.")
      : clockOutcome(aheadMs, "the tenant's");
  },
};
