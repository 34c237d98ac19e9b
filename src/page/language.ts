/** The language of the pages: what the person has chosen here, or what their browser asks for. */
import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { isLanguage, type Language } from "./messages/messages.ts";

const cookie = "page-language";
const yearSeconds = 31_536_000;

/** @returns the language of the cookie, or the first of `Accept-Language` that there is; English otherwise. */
export function languageOf(c: Context): Language {
  const chosen = getCookie(c, cookie) ?? "";
  return isLanguage(chosen) ? chosen : (askedFor(c.req.header("Accept-Language") ?? "") ?? "en");
}

/** Keeps a choice for a year. The cookie names a language and nobody. */
export const keepLanguage = (c: Context, language: Language, secure: boolean): void =>
  setCookie(c, cookie, language, {
    path: "/",
    httpOnly: true,
    sameSite: "Lax",
    secure,
    maxAge: yearSeconds,
  });

function askedFor(header: string): Language | undefined {
  const wanted = header
    .split(",")
    .map((part, order) => {
      const [tag = "", ...parameters] = part.trim().split(";");
      const quality = /^\s*q=([\d.]+)\s*$/.exec(parameters.join(";"))?.[1];
      return { primary: tag.split("-")[0]?.toLowerCase() ?? "", quality: Number(quality ?? 1), order };
    })
    .filter(({ quality }) => quality > 0)
    .toSorted((one, other) => other.quality - one.quality || one.order - other.order);
  return wanted.map(({ primary }) => primary).find(isLanguage);
}
