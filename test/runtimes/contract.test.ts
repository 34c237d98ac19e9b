/** The contract over HTTP: the same tests on every runtime. */
import { beforeEach, describe } from "vitest";
import { useShared } from "../support/fixtures.ts";
import { runtimes } from "../support/runtimes.ts";
import { accountContract } from "./contract/account.ts";
import { profileContract } from "./contract/profile.ts";

describe.each(Object.entries(runtimes))("%s", (_name, start) => {
  const service = useShared(start, (started) => started.close());
  beforeEach(() => service.tenant.requests.clear());

  profileContract(service);
  accountContract(service);
});
