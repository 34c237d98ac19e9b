/** Languages and time zones to choose from: data of the runtime, not lists of our own. */
import { type Language, languageNames, languages, localeOf } from "../messages/messages.ts";

type Choice = { value: string; name: string };

/** The time zones of the runtime. @param stored is offered too, whatever the runtime thinks of it. */
export const zoneChoices = (stored: string): Choice[] =>
  [...new Set([...(stored === "" ? [] : [stored]), "UTC", ...Intl.supportedValuesOf("timeZone")])]
    .toSorted()
    .map((zone) => ({ value: zone, name: zone.replaceAll("_", " ") }));

/** The languages of the pages, and what is stored. */
export function languageChoices(language: Language, stored: string): Choice[] {
  const own = languages.map((value) => ({ value: String(value), name: languageNames[value] }));
  if (stored === "" || own.some(({ value }) => value === stored)) return own;
  return [...own, { value: stored, name: languageName(language, stored) }];
}

/** What a language is called in the language of the page. */
export function languageName(language: Language, tag: string): string {
  try {
    return new Intl.DisplayNames([localeOf[language]], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}
