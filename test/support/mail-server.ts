/** A mail server that keeps what it gets. */
import { once } from "node:events";
import { text as textOf } from "node:stream/consumers";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";

type ReceivedMail = { from: string; to: string[]; headers: string; subject: string; text: string };

export type MailServer = {
  mails: ReceivedMail[];
  /** Users and passwords of those who sent. */
  logins: string[];
  /** Answers to the next mails: refused with these statuses, one after the other, before any is taken. */
  refuse(...statuses: number[]): void;
  /** Holds every mail until the promise is fulfilled. */
  hold(until: Promise<void>): void;
  open(): Promise<void>;
  close(): Promise<void>;
};

/** @returns it, on a port of this machine, not open yet. */
export function createMailServer(port: number, options: SMTPServerOptions = {}): MailServer {
  const mails: ReceivedMail[] = [];
  const logins: string[] = [];
  const refused: number[] = [];
  let held = Promise.resolve();
  let server: SMTPServer | undefined;
  const create = () =>
    new SMTPServer({
      logger: false,
      authOptional: true,
      ...options,
      onAuth({ username = "", password = "" }, _session, done) {
        logins.push(`${username}:${password}`);
        done(null, { user: username });
      },
      onMailFrom(_address, _session, done) {
        const status = refused.shift();
        const refusal = Object.assign(new Error("not now"), { responseCode: status });
        void held.then(() => done(status === undefined ? null : refusal));
      },
      onData(stream, { envelope }, done) {
        const { mailFrom, rcptTo } = envelope;
        void textOf(stream).then((source) => {
          const from = mailFrom === false ? "" : mailFrom.address;
          mails.push({ from, to: rcptTo.map(({ address }) => address), ...parse(source) });
          done();
        });
      },
    });
  return {
    mails,
    logins,
    refuse: (...statuses) => void refused.push(...statuses),
    hold: (until) => {
      held = until;
    },
    async open() {
      server = create();
      // A sender that breaks off a connection is no failure of the test.
      server.on("error", () => {});
      await once(server.listen(port, "127.0.0.1"), "listening");
    },
    close: () =>
      new Promise((resolve) => {
        if (server) server.close(resolve);
        else resolve();
        server = undefined;
      }),
  };
}

function parse(source: string): Pick<ReceivedMail, "headers" | "subject" | "text"> {
  const [head = "", ...body] = source.split("\r\n\r\n");
  const headers = head.replace(/\r\n\s+/g, " ");
  const [, encoding = "7bit"] = /^content-transfer-encoding: *(\S+)/im.exec(headers) ?? [];
  const [, subject = ""] = /^subject: *(.*)$/im.exec(headers) ?? [];
  return { headers, subject: decodeWords(subject.trim()), text: decode(body.join("\r\n\r\n"), encoding) };
}

function decode(body: string, encoding: string): string {
  if (encoding === "base64") return Buffer.from(body, "base64").toString();
  return encoding === "quoted-printable" ? decodeQuoted(body.replace(/=\r\n/g, "")) : body;
}

const decodeQuoted = (text: string) =>
  Buffer.from(
    text.replace(/=([0-9A-F]{2})/g, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    "latin1",
  ).toString();

/** Words of a header that are not ASCII. */
const decodeWords = (text: string) =>
  text
    .replace(/\?= =\?/g, "?==?")
    .replace(/=\?UTF-8\?([BQ])\?(.*?)\?=/gi, (_match, kind: string, word: string) =>
      kind.toUpperCase() === "B"
        ? Buffer.from(word, "base64").toString()
        : decodeQuoted(word.replaceAll("_", " ")),
    );
