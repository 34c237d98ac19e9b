/** Formatters of one language. Making one takes longer than all of its uses on a page, so each is kept. */
import { createBoundedCache } from "../../bounded-cache.ts";

export type Formats = {
  /** @throws {RangeError} for a time zone that there is not. */
  date(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat;
  /** Several things with an `and` before the last. */
  list: Intl.ListFormat;
  /** Countries by their codes. */
  regions: Intl.DisplayNames;
  /** Today and yesterday by name. */
  relative: Intl.RelativeTimeFormat;
};

/** A person can choose among some 400 time zones. */
const bounds = { number: 200, bytes: 8_388_608 };
/** Roughly, with what ICU keeps for it. */
const bytesOfOne = 32_768;

export function createFormats(locale: string): Formats {
  const dates = createBoundedCache<Intl.DateTimeFormat>(bounds);
  return {
    date(options) {
      const key = JSON.stringify(options);
      const known = dates.get(key);
      if (known) return known;
      const made = new Intl.DateTimeFormat(locale, options);
      dates.set(key, made, bytesOfOne);
      return made;
    },
    list: new Intl.ListFormat(locale, { type: "conjunction" }),
    regions: new Intl.DisplayNames(locale, { type: "region" }),
    relative: new Intl.RelativeTimeFormat(locale, { numeric: "auto" }),
  };
}
