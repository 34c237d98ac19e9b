/** Language tags and time zones, judged by the runtime's own `Intl`. */
import { askedAs, textKind } from "./kind.ts";
import { oneLine } from "./text.ts";

/** What `read` makes of a value; undefined where it throws. */
function readable<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

const languageTag = (text: string) =>
  readable(() => Intl.getCanonicalLocales(text.trim().replaceAll("_", "-"))[0]);

/** The `locale` claim: a canonical language tag (RFC 5646). Underscores between its parts become dashes. */
export const locale = askedAs(
  "language",
  textKind(
    oneLine(35).refine((value) => languageTag(value) !== undefined, "must be a BCP 47 language tag"),
    (text) => languageTag(text) ?? text,
  ),
);

const ianaAbbreviations = "CET|EET|EST|GMT|HST|MET|MST|PRC|ROC|ROK|UCT|UTC|WET";

/** What `Intl` takes and the IANA database has not: offsets, and abbreviations that mean something else elsewhere. */
const foreign = new RegExp(`^(?:[+\\-\u2212]|SystemV/|(?!(?:${ianaAbbreviations})$)[A-Z]{3}$)`, "i");

/** The zone by the name that `Intl` prefers, which for a link of the database may be another one. */
const resolvedZone = (text: string) =>
  foreign.test(text)
    ? undefined
    : readable(() => new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone);

function canonicalTimeZone(text: string): string {
  const name = text.trim();
  const resolved = resolvedZone(name);
  // Only letter case is corrected: Europe/Kyiv stays, though `Intl` may know it by its former name.
  return resolved?.toLowerCase() === name.toLowerCase() ? resolved : name || text;
}

/** The `zoneinfo` claim: the name of a time zone. */
export const timeZone = askedAs(
  "timeZone",
  textKind(
    oneLine(64).refine(
      (value) => resolvedZone(value) !== undefined,
      "must be the name of a time zone in the IANA database, as in Europe/Oslo",
    ),
    canonicalTimeZone,
  ),
);
