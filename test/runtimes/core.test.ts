import { afterAll, beforeAll, beforeEach, describe } from "vitest";
import { type RunningService, runtimes } from "../support/runtimes.ts";
import { accountPromises } from "./account-contract.ts";
import { profilePromises } from "./profile-contract.ts";

describe.each(Object.entries(runtimes))("%s", (_name, start) => {
  let service: RunningService;
  beforeAll(async () => {
    service = await start();
  });
  afterAll(() => service.close());
  beforeEach(() => service.tenant.requests.clear());

  profilePromises(() => service);
  accountPromises(() => service);
});
