/** The places where `seed:m2m` can store the service's credential. */
import { Secret } from "../../src/config.ts";
import type { CredentialStore } from "../../src/operator/credential.ts";
import { tell } from "./run-command.ts";
import { readVariablesFile, setVariables } from "./variables-file.ts";

const idName = "LOGTO_M2M_APP_ID";
const secretName = "LOGTO_M2M_APP_SECRET";

/** A file such as `.env` or `.dev.vars`. */
export const fileStore = (path: string): CredentialStore => ({
  name: path,
  async read() {
    const { [idName]: appId, [secretName]: appSecret } = await readVariablesFile(path);
    return appId && appSecret ? { appId, appSecret: new Secret(appSecret) } : undefined;
  },
  async save({ appId, appSecret }, report) {
    await report.change("write", `${idName} and ${secretName} to ${path}`, () =>
      setVariables(path, { [idName]: appId, [secretName]: appSecret.reveal() }),
    );
  },
});

/** Standard output, in the form that `wrangler secret bulk` reads. Nothing can be read back from it. */
export const outputStore: CredentialStore = {
  name: "the output",
  read: async () => undefined,
  async save({ appId, appSecret }, report) {
    if (report.dryRun) tell(`would print ${idName} and ${secretName}`);
    else process.stdout.write(`${idName}=${appId}\n${secretName}=${appSecret.reveal()}\n`);
  },
};
