/** Language tags and time zones, judged by the runtime's own `Intl`. */
import { text } from "./text.ts";

const accepts = (check: (value: string) => unknown) => (value: string) => {
  try {
    check(value);
    return true;
  } catch {
    return false;
  }
};
const isTimeZone = accepts((value) => new Intl.DateTimeFormat("en", { timeZone: value }));
const isLocale = accepts((value) => Intl.getCanonicalLocales(value.replaceAll("_", "-")));

/** The `zoneinfo` claim: the name of a time zone. */
export const timeZone = text(64).refine(isTimeZone, "must be a time zone of the IANA database");

/** The `locale` claim: a language tag, with dashes or underscores between its parts. */
export const locale = text(35).refine(isLocale, "must be a BCP 47 language tag");
