/** The text of a notice, in the language of its person. */
import type { Services } from "../services.ts";
import { kinds, type NoticeKind } from "./kinds.ts";
import type { NoticeMessages, Words } from "./messages/form.ts";
import { localeFor, messagesIn } from "./messages/messages.ts";
import type { NoticeContent } from "./notice.ts";

export type Message = { subject: string; text: string };

/** A kind's own message, for the words of every kind. */
type TextOf = { subject: string; text(words: Words): string };

/**
 * Writes a notice.
 * @param content its params are those of its kind.
 */
export function composeMessage(
  { config }: Pick<Services, "config">,
  kind: NoticeKind,
  { language, timeZone, at, params, link }: NoticeContent,
): Message {
  const messages = messagesIn(language);
  const moment = momentsIn(localeFor[language], timeZone);
  const words = new Map([["host", new URL(config.publicUrl).host]]);
  for (const [name, value] of Object.entries(params))
    words.set(name, typeof value === "number" ? moment(value) : oneLine(value) || messages.unknown);
  const { subject, text } = textOf(messages, kind);
  const account = config.session && `${config.publicUrl}/account`;
  const paragraphs = [
    `${text(wordsFrom(words))}\n${messages.when(moment(at))}`,
    ...(kinds[kind].warns ? [messages.notYou] : []),
    ...(link === null ? [] : [messages.undo(link)]),
    ...(account && kind !== "deletion.done" ? [messages.account(account)] : []),
  ];
  return { subject, text: `${paragraphs.join("\n\n")}\n` };
}

const textOf = ({ kinds }: NoticeMessages, kind: NoticeKind): TextOf => kinds[kind];

/** The name of an application or a browser is somebody else's: it cannot begin a line of its own, nor be a page of text. */
const oneLine = (text: string) =>
  text
    .replace(/\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}/gu, " ")
    .slice(0, 80)
    .trim();

function wordsFrom(words: ReadonlyMap<string, string>): Words {
  const word = (name: keyof Words) => words.get(name) ?? "";
  return {
    host: word("host"),
    browser: word("browser"),
    system: word("system"),
    application: word("application"),
    due: word("due"),
    receipt: word("receipt"),
  };
}

/** A time zone that this runtime does not know is as good as none. */
function momentsIn(locale: string, timeZone: string): (at: number) => string {
  const parts = { dateStyle: "long", timeStyle: "long" } as const;
  const formatIn = (zone: string) => new Intl.DateTimeFormat(locale, { ...parts, timeZone: zone });
  try {
    const format = formatIn(timeZone);
    return (at) => format.format(at);
  } catch {
    const format = formatIn("UTC");
    return (at) => format.format(at);
  }
}
