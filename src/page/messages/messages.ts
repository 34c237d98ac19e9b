/** The message catalogues and how a message is filled in: ICU MessageFormat. */
import { html, raw } from "hono/html";
import { IntlMessageFormat } from "intl-messageformat";
import { ar } from "./ar.ts";
import { arCredentials } from "./ar-credentials.ts";
import { arDeletion } from "./ar-deletion.ts";
import { arExport } from "./ar-export.ts";
import { arFields } from "./ar-fields.ts";
import { arNotices } from "./ar-notices.ts";
import { arSessions } from "./ar-sessions.ts";
import { arSignIns } from "./ar-sign-ins.ts";
import { arUndo } from "./ar-undo.ts";
import { de } from "./de.ts";
import { deCredentials } from "./de-credentials.ts";
import { deDeletion } from "./de-deletion.ts";
import { deExport } from "./de-export.ts";
import { deFields } from "./de-fields.ts";
import { deNotices } from "./de-notices.ts";
import { deSessions } from "./de-sessions.ts";
import { deSignIns } from "./de-sign-ins.ts";
import { deUndo } from "./de-undo.ts";
import { en } from "./en.ts";
import { enCredentials } from "./en-credentials.ts";
import { enDeletion } from "./en-deletion.ts";
import { enExport } from "./en-export.ts";
import { enFields } from "./en-fields.ts";
import { enNotices } from "./en-notices.ts";
import { enSessions } from "./en-sessions.ts";
import { enSignIns } from "./en-sign-ins.ts";
import { enUndo } from "./en-undo.ts";
import { createFormats, type Formats } from "./formats.ts";

export type MessageKey =
  | keyof typeof enDeletion
  | keyof typeof en
  | keyof typeof enCredentials
  | keyof typeof enFields
  | keyof typeof enNotices
  | keyof typeof enExport
  | keyof typeof enSessions
  | keyof typeof enSignIns
  | keyof typeof enUndo;

/** Every message of one language. A catalogue that lacks one does not compile. */
export type Messages = Readonly<Record<MessageKey, string>>;

/** Part of a page; `hono/html` has escaped what stands in it. */
export type Html = ReturnType<typeof html>;

export const catalogues = {
  en: {
    ...en,
    ...enCredentials,
    ...enDeletion,
    ...enExport,
    ...enFields,
    ...enNotices,
    ...enSessions,
    ...enSignIns,
    ...enUndo,
  },
  de: {
    ...de,
    ...deCredentials,
    ...deDeletion,
    ...deExport,
    ...deFields,
    ...deNotices,
    ...deSessions,
    ...deSignIns,
    ...deUndo,
  },
  ar: {
    ...ar,
    ...arCredentials,
    ...arDeletion,
    ...arExport,
    ...arFields,
    ...arNotices,
    ...arSessions,
    ...arSignIns,
    ...arUndo,
  },
} as const satisfies Record<string, Messages>;

export type Language = keyof typeof catalogues;

export const languages: readonly Language[] = ["en", "de", "ar"];

/** Each language in its own words, as its speakers look for it. */
export const languageNames: Readonly<Record<Language, string>> = {
  en: "English",
  de: "Deutsch",
  ar: "العربية",
};

export const directionOf = (language: Language): "ltr" | "rtl" => (language === "ar" ? "rtl" : "ltr");

export const isLanguage = (text: string): text is Language => Object.hasOwn(catalogues, text);

type Values = Readonly<Record<string, string | number>>;

export type Translate = {
  language: Language;
  /** The message as text. */
  text(key: MessageKey, values?: Values): string;
  /** The message with parts of a page in it. */
  rich(key: MessageKey, parts: Readonly<Record<string, Html>>, values?: Values): Html;
  /** A message whose key follows from data, such as a field of the team's own; undefined if there is none. */
  find(key: string, values?: Values): string | undefined;
  formats: Formats;
};

const isKey = (key: string): key is MessageKey => Object.hasOwn(catalogues.en, key);

/** @returns a translator for each language. Each keeps the messages that it has parsed. */
export const createTranslators = (): Readonly<Record<Language, Translate>> => ({
  en: createTranslate("en"),
  de: createTranslate("de"),
  ar: createTranslate("ar"),
});

function createTranslate(language: Language): Translate {
  const parsed = new Map<MessageKey, IntlMessageFormat>();
  const messages: Messages = catalogues[language];
  const text = (key: MessageKey, values: Values = {}): string => {
    const message = messages[key];
    if (!message.includes("{")) return message;
    const known = parsed.get(key) ?? new IntlMessageFormat(message, localeOf[language]);
    parsed.set(key, known);
    return String(known.format({ ...values }));
  };
  return {
    language,
    text,
    rich: (key, parts, values = {}) => {
      const names = Object.keys(parts);
      const marked = names.map((name, index) => [name, String.fromCharCode(firstMark + index)]);
      const filled = text(key, { ...values, ...Object.fromEntries(marked) });
      const pieces = [...filled.split(/([\ue000-\ue0ff])/)].map((piece) => {
        const name = names[piece.charCodeAt(0) - firstMark];
        return (name === undefined ? undefined : parts[name]) ?? piece;
      });
      return html`${pieces}`;
    },
    find: (key, values) => (isKey(key) ? text(key, values) : undefined),
    formats: createFormats(localeOf[language]),
  };
}

/** Private-use characters stand for the parts of a rich message while it is filled in. */
const firstMark = 0xe000;

/** Western digits in Arabic too: the page shows numbers beside phone numbers and codes, which have them. */
export const localeOf: Readonly<Record<Language, string>> = { en: "en", de: "de", ar: "ar-u-nu-latn" };

/** Text that keeps its own direction in any surroundings: an address, a number, a code. */
export const ltr = (value: string): Html => html`<bdi dir="ltr">${value}</bdi>`;

/** Nothing. */
export const nothing: Html = raw("");

/** A message for each rule of the tenant's password policy that there can be. */
export const policyKeys = [
  "policy.too_short",
  "policy.too_long",
  "policy.character_types",
  "policy.unsupported_characters",
  "policy.pwned",
  "policy.repetition",
  "policy.sequence",
  "policy.user_info",
  "policy.words",
  "policy.other",
] as const satisfies readonly MessageKey[];
