/** The command line of `npm run bench`. */
import { parseArguments, UsageError } from "../lib/run-command.ts";

const wholeNumber = (least: number) => (value: string | undefined, name: string) => {
  if (value === undefined) return undefined;
  if (!/^\d{1,4}$/.test(value) || Number(value) < least)
    throw new UsageError(`--${name} must be a whole number from ${least} to 9999.`);
  return Number(value);
};

/** @throws {UsageError} as the name says. */
export function parseOptions(known: readonly string[]) {
  const { values } = parseArguments({
    options: {
      only: { type: "string" },
      rounds: { type: "string" },
      seconds: { type: "string" },
      soak: { type: "string" },
      delay: { type: "string" },
      smoke: { type: "boolean", default: false },
      record: { type: "boolean", default: false },
    },
  });
  const names = values.only?.split(",") ?? known;
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new UsageError(`There is no scenario ${unknown}.`);
  if (values.record && !values.smoke) throw new UsageError("--record goes with --smoke.");
  return {
    names,
    smoke: values.smoke,
    record: values.record,
    rounds: wholeNumber(1)(values.rounds, "rounds"),
    seconds: wholeNumber(1)(values.seconds, "seconds"),
    soak: wholeNumber(20)(values.soak, "soak"),
    delayMs: wholeNumber(0)(values.delay, "delay"),
  };
}
