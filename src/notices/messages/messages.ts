/** The catalogues of notices, by language. */
import { ar } from "./ar.ts";
import { de } from "./de.ts";
import { en } from "./en.ts";
import type { NoticeMessages } from "./form.ts";

const catalogues = { en, de, ar } as const satisfies Readonly<Record<string, NoticeMessages>>;

export type NoticeLanguage = keyof typeof catalogues;

export const noticeLanguages = ["en", "de", "ar"] as const satisfies readonly NoticeLanguage[];

export const messagesIn = (language: NoticeLanguage): NoticeMessages => catalogues[language];

const isLanguage = (text: string): text is NoticeLanguage => Object.hasOwn(catalogues, text);

/** @param tags language tags, the best first; other values are passed over. Default: English. */
export const languageFor = (tags: readonly unknown[]): NoticeLanguage =>
  tags.map((tag) => String(tag).split("-")[0]?.toLowerCase() ?? "").find(isLanguage) ?? "en";

/** Western digits in Arabic too, as on the account page. */
export const localeFor: Readonly<Record<NoticeLanguage, string>> = { en: "en", de: "de", ar: "ar-u-nu-latn" };
