/** Changes of identifiers, and the links that put them back. */
import { type Answer, call, sendCode, stepUp, type TestService } from "./service.ts";

/** Changes a person's e-mail address, with everything that it takes. */
export async function changeEmail(service: TestService, username: string, email: string): Promise<Answer> {
  const proof = await stepUp(service, username);
  const verificationCode = await sendCode(service, username, { email }, proof);
  const person = service.as(username);
  await person("POST", "/me/verification-codes/verify", { email, verificationCode });
  return person("PATCH", "/me", { primaryEmail: email }, proof);
}

/** What a person can put back, newest first. */
export const undoList = async (service: TestService, username: string) =>
  (await service.as(username)("GET", "/me/undo")).body.items;

/** The path of the link in the newest notice to an address. */
export async function linkSentTo(
  { tenant, platform }: Pick<TestService, "tenant" | "platform">,
  address: string,
): Promise<string> {
  await platform.idle();
  const [path] = tenant
    .notices(address)
    .flatMap(({ text }) => /\/undo\/[\w-]+/.exec(text) ?? [])
    .slice(-1);
  if (path === undefined) throw new Error(`no link was sent to ${address}`);
  return path;
}

/** Presses the button of a link's page, in a browser that has no cookie. */
export function press(
  { config, url, platform }: Pick<TestService, "config" | "url" | "platform">,
  link: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  // As each call of a person, so that the activity has one order.
  platform.advance(1);
  const { origin } = new URL(config.publicUrl);
  const type = "application/x-www-form-urlencoded";
  return call(url, "POST", link, "", { "content-type": type, origin, ...headers });
}
