/** The steps of a scenario as calls of the service's verbs, and of Logto. */
import * as z from "zod";
import type { Caller } from "../../src/caller.ts";
import { eraseUser } from "../../src/erasure/erase-user.ts";
import { recover } from "../../src/journal/recover.ts";
import type { JsonObject } from "../../src/json.ts";
import type { Recipient } from "../../src/logto/codes.ts";
import { resumeRevocations } from "../../src/logto/revoke-sessions.ts";
import { changePassword } from "../../src/me/password/change-password.ts";
import { verifyPassword } from "../../src/me/password/verify-password.ts";
import { revealBusiness } from "../../src/me/profile/reveal-business.ts";
import { updateProfile } from "../../src/me/profile/update-profile.ts";
import { sendCode } from "../../src/me/verification-codes/send-code.ts";
import { verifyCode } from "../../src/me/verification-codes/verify-code.ts";
import { userIdSchema } from "../../src/user-id.ts";
import type { Instance } from "./instance.ts";
import { firstPassword, type LogtoStandIn, ownEmail, userId } from "./logto.ts";
import type { Step } from "./scenario.ts";
import type { Task } from "./task.ts";
import { modelVault } from "./vault.ts";

export const newEmail = "new@example.test";

const personHash = await modelVault.keyedHash("user", userId);

/** The person, in the one application that they use. */
export const callerOf = ({ id }: Pick<Task, "id">): Caller => ({
  userId: userIdSchema.parse(userId),
  personHash,
  client: "model-app",
  boundTo: "client:model-app",
  scopes: new Set(["profile:read", "profile:write"]),
  via: "bearer",
  address: "192.0.2.1",
  requestId: id,
});

/** Where the document has a field. */
export const groupOf: Readonly<Record<string, "profile" | "business">> = {
  nickname: "profile",
  givenName: "profile",
  ethnicity: "business",
  gender: "business",
};

/** The merge patch that sets fields. */
function patchOf(writes: Task["writes"]): JsonObject {
  const patch: Record<string, JsonObject | string> = {};
  for (const [field, value] of Object.entries(writes)) {
    const group = groupOf[field];
    const members = group === undefined ? undefined : patch[group];
    if (group === undefined) patch[field] = value;
    else patch[group] = { ...(typeof members === "object" ? members : {}), [field]: value };
  }
  return patch;
}

type Asked = Pick<Instance, "services" | "reader"> & { logto: LogtoStandIn; task: Task };
const shownDocument = z.object({ name: z.unknown(), username: z.unknown() });

type Doing<Name extends Step["do"]> = Extract<Step, { do: Name }>;

export const addressOf = (to: "own" | "new") => (to === "own" ? ownEmail : newEmail);
const emailOf = (to: "own" | "new"): Recipient => ({ type: "email", value: addressOf(to) });

/** Asks for what the task is about. @throws what the service refuses. */
export async function perform(asked: Asked): Promise<void> {
  const { services, logto, task } = asked;
  const { step } = task;
  switch (step.do) {
    case "change":
    case "identify":
      return update(asked);
    case "password":
      return setPassword(asked);
    case "verify":
      return verify(asked, step);
    case "send":
      return send(asked, step);
    case "check":
      return check(asked, step);
    case "reveal":
      return reveal(asked);
    case "read":
      return read(asked);
    case "sign_in":
      return logto.signIn();
    case "readdress":
      return logto.change(task.writes);
    case "erase":
      logto.user = undefined;
      return void (await eraseUser(services, userId));
    case "recover":
      return void (await recover(services));
    case "revoke":
      return void (await resumeRevocations(services));
  }
}

async function update({ services, task }: Asked): Promise<void> {
  const patch = patchOf(task.writes);
  await updateProfile(services, callerOf(task), { patch, verificationId: task.grant?.verificationId });
}

async function setPassword({ services, task }: Asked): Promise<void> {
  const password = task.writes.password ?? "";
  await changePassword(services, callerOf(task), { password, verificationId: task.grant?.verificationId });
}

async function verify({ services, logto, task }: Asked, { password }: Doing<"verify">): Promise<void> {
  const choices = { current: logto.password, first: firstPassword, wrong: "wrong-password" };
  task.earned = await verifyPassword(services, callerOf(task), choices[password]);
}

async function send({ services, task }: Asked, { to }: Doing<"send">): Promise<void> {
  const verificationId = to === "new" ? task.grant?.verificationId : undefined;
  await sendCode(services, callerOf(task), { recipient: emailOf(to), verificationId });
}

async function check({ services, logto, task }: Asked, { to, right }: Doing<"check">): Promise<void> {
  const recipient = emailOf(to);
  const sent = right ? logto.codes.get(recipient.value)?.code : undefined;
  const verificationCode = sent ?? "000000";
  const verified = await verifyCode(services, callerOf(task), { recipient, verificationCode });
  if ("verificationId" in verified) task.earned = verified;
}

async function reveal({ services, task }: Asked): Promise<void> {
  const input = { fields: ["ethnicity", "gender"], verificationId: task.grant?.verificationId };
  task.shown = await revealBusiness(services, callerOf(task), input);
}

async function read({ reader, task }: Asked): Promise<void> {
  const { text } = await reader.read(callerOf(task), { fresh: false });
  task.shown = shownDocument.parse(JSON.parse(text));
}
