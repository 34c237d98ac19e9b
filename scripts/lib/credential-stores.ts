/** The places where `seed:m2m` can store the service's credential. */
import { Secret } from "../../src/config.ts";
import type { CredentialStore } from "../../src/operator/credential.ts";
import type { WebSettings, WebStore } from "../../src/operator/web-application.ts";
import { tell } from "./run-command.ts";
import { readVariablesFile, setVariables } from "./variables-file.ts";

const idName = "LOGTO_M2M_APP_ID";
const secretName = "LOGTO_M2M_APP_SECRET";

const web = { appId: "LOGTO_APP_ID", appSecret: "LOGTO_APP_SECRET", cookieKeys: "COOKIE_KEYS" } as const;

const webVariables = ({ appId, appSecret, cookieKeys }: WebSettings) => ({
  [web.appId]: appId,
  [web.appSecret]: appSecret.reveal(),
  [web.cookieKeys]: cookieKeys.reveal(),
});
const webNames = Object.values(web).join(", ");

/** The same file for the settings of cookie sessions. */
export const webFileStore = (path: string): WebStore => ({
  name: path,
  async read() {
    const {
      [web.appId]: appId,
      [web.appSecret]: secret,
      [web.cookieKeys]: keys,
    } = await readVariablesFile(path);
    return {
      ...(appId ? { appId } : {}),
      ...(secret ? { appSecret: new Secret(secret) } : {}),
      ...(keys ? { cookieKeys: new Secret(keys) } : {}),
    };
  },
  async save(settings, report) {
    await report.change("write", `${webNames} to ${path}`, () => setVariables(path, webVariables(settings)));
  },
});

/** The same output for the settings of cookie sessions. */
export const webOutputStore: WebStore = {
  name: "the output",
  read: async () => ({}),
  async save(settings, report) {
    if (report.dryRun) tell(`would print ${webNames}`);
    else
      for (const [name, value] of Object.entries(webVariables(settings)))
        process.stdout.write(`${name}=${value}\n`);
  },
};

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
