/** Forgotten passwords by mail: what a real mail server gets, and what a page is told meanwhile. */
import { beforeEach, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { createServices } from "../../src/compose.ts";
import { createMailer } from "../../src/runtime/node/mailer.ts";
import { useShared } from "../support/fixtures.ts";
import { freePort } from "../support/free-port.ts";
import { createMailServer } from "../support/mail-server.ts";
import { firstClient, refusalOf, sdkOf, tokenOf, useMedusaService } from "../support/medusa.ts";
import { newPassword } from "../support/people.ts";

const port = await freePort();
const server = useShared(
  async () => {
    const started = createMailServer(port, { disabledCommands: ["STARTTLS"], allowInsecureAuth: true });
    await started.open();
    return started;
  },
  (started) => started.close(),
);
const service = useMedusaService({
  SMTP_URL: `smtp://shop:p%40ss@127.0.0.1:${port}`,
  MEDUSA_RESET_LINK: "https://shop.example.test/reset?token={token}",
});
// An address gets no more than one mail a minute.
beforeEach(() => {
  service.platform.advance(3_600_000);
  service.platform.lines.length = 0;
  server.mails.length = 0;
});

const ask = async (identifier: string, headers: Record<string, string> = {}) => {
  const path = "/medusa/auth/customer/emailpass/reset-password";
  const { status, text } = await service.anonymous("POST", path, { identifier }, headers);
  return [status, text];
};
const profileOf = (username: string) => service.tenant.state.users.get(service.userId(username));
const linkIn = (text = "") => new URL(/^https:\S+$/m.exec(text)?.[0] ?? "");
/** The warnings of the log about mails. */
const unsent = () =>
  service.platform.lines
    .map((line): { event?: string } => JSON.parse(line))
    .filter(({ event }) => event === "reset.not_sent");

test("a known address gets one mail, whose link resets the password, once", async () => {
  await sdkOf(service, "jwt").auth.resetPassword("customer", "emailpass", { identifier: "BOB@example.test" });
  await service.platform.idle();
  expect(server.mails).toHaveLength(1);
  const [mail] = server.mails;
  expect(mail).toMatchObject({
    from: "no-reply@profile.example.test",
    to: ["bob@example.test"],
    subject: "Set a new password",
  });
  expect(mail?.headers).toMatch(/^content-type: text\/plain/im);
  expect(server.logins.at(-1)).toBe("shop:p@ss");
  const link = linkIn(mail?.text);
  expect(link.origin + link.pathname).toBe("https://shop.example.test/reset");
  const token = link.searchParams.get("token") ?? "";
  const update = () =>
    sdkOf(service, "jwt").auth.updateProvider("customer", "emailpass", { password: newPassword }, token);
  await update();
  expect((await refusalOf(update()))[0]).toBe(401);
  const bob = { email: "bob@example.test", password: newPassword };
  tokenOf(await sdkOf(service, "jwt").auth.login("customer", "emailpass", bob));
});

test("an address that nobody has gets the same answer, before any mail, and none after it", async () => {
  const { promise, resolve: open } = Promise.withResolvers<void>();
  server.hold(promise);
  const known = await ask("carol@example.test");
  expect(server.mails).toEqual([]);
  open();
  await service.platform.idle();
  expect(server.mails.map(({ to }) => to)).toEqual([["carol@example.test"]]);
  expect(await ask("nobody@example.test")).toEqual(known);
  await firstClient(service).medusa.customers.generatePasswordToken({ email: "nobody@example.test" });
  await service.platform.idle();
  expect(server.mails).toHaveLength(1);
  expect(unsent()).toEqual([]);
});

test("a server that is busy gets the mail again; one that refuses it does not", async () => {
  server.refuse(451, 421);
  await ask("carol@example.test");
  await service.platform.idle();
  expect(server.mails).toHaveLength(1);
  expect(unsent()).toEqual([]);
  service.platform.advance(3_600_000);
  server.refuse(550);
  await ask("carol@example.test");
  await service.platform.idle();
  expect(server.mails).toHaveLength(1);
  expect(unsent()).toMatchObject([{ level: "warn", by: "mail", tries: 1, status: 550 }]);
});

test("a server that is away: the same answer, four tries, and a warning that names nobody", async () => {
  await server.close();
  try {
    expect(await ask("carol@example.test")).toEqual([201, "Created"]);
    await service.platform.idle();
  } finally {
    await server.open();
  }
  expect(unsent()).toMatchObject([{ level: "warn", by: "mail", tries: 4, fault: "ESOCKET" }]);
  expect(service.platform.lines.join("\n")).not.toMatch(/carol|@|token/);
});

test("the language is the person's, else that of the page, else that of the browser", async () => {
  profileOf("alice").profile = { locale: "de-AT" };
  const headers = { "x-medusa-locale": "ar", "accept-language": "fr;q=0.9, de" };
  await ask("alice@example.test", headers);
  await ask("bob@example.test", headers);
  await ask("carol@example.test", { ...headers, "x-medusa-locale": "" });
  await service.platform.idle();
  const subjectFor = (address: string) => server.mails.find(({ to }) => to[0] === address)?.subject;
  expect(subjectFor("alice@example.test")).toBe("Neues Passwort festlegen");
  expect(subjectFor("bob@example.test")).toBe("تعيين كلمة مرور جديدة");
  expect(subjectFor("carol@example.test")).toBe("Neues Passwort festlegen");
  expect(server.mails.find(({ to }) => to[0] === "bob@example.test")?.text).toContain("https://shop.example");
});

test("a server whose certificate nobody vouches for gets nothing", async () => {
  const tlsPort = await freePort();
  const stranger = createMailServer(tlsPort, { secure: true });
  await stranger.open();
  const send = createMailer(`smtps://shop:secret@127.0.0.1:${tlsPort}`, []);
  const mail = { from: "shop@example.test", to: "bob@example.test", subject: "S", text: "T", language: "en" };
  const outcome = await send(mail).finally(() => stranger.close());
  expect(outcome).toMatchObject({ sent: false, tries: 1 });
  expect([stranger.logins, stranger.mails]).toEqual([[], []]);
});

test("a runtime that sends no mail refuses to start with SMTP_URL", async () => {
  const { mailer: _mailer, ...platform } = service.platform;
  const refusal = /SMTP_URL cannot be used on Workers.*MEDUSA_RESET_URL/;
  await expect(createServices(service.config, platform, service.database)).rejects.toThrow(refusal);
  // Notices go another way.
  const config = { ...service.config, notices: undefined };
  const services = await createServices(config, platform, service.database);
  expect(() => createApp(services)).toThrow(refusal);
});
