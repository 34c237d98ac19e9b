/** What notices say, in every language, and as mails. */
import { expect, test } from "vitest";
import { composeMessage } from "../../src/notices/compose-message.ts";
import { optionalKinds, steadyKinds } from "../../src/notices/kinds.ts";
import { messagesIn, noticeLanguages } from "../../src/notices/messages/messages.ts";
import { useService, useShared } from "../support/fixtures.ts";
import { freePort } from "../support/free-port.ts";
import { createMailServer } from "../support/mail-server.ts";

const port = await freePort();
const server = useShared(
  async () => {
    const started = createMailServer(port, { disabledCommands: ["STARTTLS"] });
    await started.open();
    return started;
  },
  (started) => started.close(),
);
const service = useService({ environment: { SMTP_URL: `smtp://127.0.0.1:${port}` } });

const kinds = [...optionalKinds, ...steadyKinds];
const content = {
  at: Date.UTC(2026, 10, 27, 22),
  to: { email: "alice@example.test", phone: null },
  timeZone: "Europe/Berlin",
  params: {
    browser: "Firefox",
    system: "",
    application: "Shop\nhttps://evil.example",
    due: Date.UTC(2026, 11, 24),
    receipt: "r-1",
  },
  link: "https://profile.example.test/undo/1",
};

test.each(noticeLanguages)(
  "every kind says in %s where and when, with all its words filled in",
  (language) => {
    for (const kind of kinds) {
      const { subject, text } = composeMessage(service, kind, { ...content, language });
      expect(subject, kind).toMatch(/^\S.{8,69}$/);
      expect(text, kind).toContain("profile.example.test");
      expect(text, kind).toContain("2026");
      expect(`${subject}${text}`, kind).not.toMatch(/undefined|\{|\}|null/);
      expect(text, kind).toContain(content.link);
      // What somebody else has named cannot begin a line.
      expect(text, kind).not.toMatch(/^https:\/\/evil/m);
      if (language !== "en") expect(subject, kind).not.toBe(messagesIn("en").kinds[kind].subject);
    }
  },
);

test("a time zone that there is not, and a name that nobody knows, do not stand in the way", () => {
  const { text } = composeMessage(service, "sign_in.new_browser", {
    ...{ ...content, language: "en" },
    timeZone: "Mars/Olympus",
  });
  expect(text).toContain("Browser: Firefox\nSystem: unknown\n");
  expect(text).toMatch(/Time: November 27, 2026 at 10:00:00\sPM UTC/);
});

test("without a receiver a notice is a mail in plain text, sent by a machine", async () => {
  expect((await service.as("bob")("PATCH", "/me", { username: "bobby" })).status).toBe(200);
  await service.platform.idle();
  expect(server.mails).toMatchObject([
    { from: "no-reply@profile.example.test", to: ["bob@example.test"], subject: "Your username was changed" },
  ]);
  expect(server.mails[0]?.headers).toMatch(/^auto-submitted: auto-generated/im);
  expect(server.mails[0]?.text).toContain("If it was not you");
});
