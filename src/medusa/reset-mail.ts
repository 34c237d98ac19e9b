/** The mail with the link to set a new password. */
import type { Mail } from "../platform.ts";

/** Each text gets the host of the page and the link. */
const texts = {
  en: {
    subject: "Set a new password",
    text: (host: string, link: string) =>
      `Somebody has asked for a new password for your account at ${host}.
To set one, open this page within 15 minutes:

${link}

If it was not you, do nothing: your password stays as it is.
`,
  },
  de: {
    subject: "Neues Passwort festlegen",
    text: (host: string, link: string) =>
      `Jemand hat ein neues Passwort für Ihr Konto bei ${host} angefordert.
Um es festzulegen, öffnen Sie innerhalb von 15 Minuten diese Seite:

${link}

Falls Sie das nicht waren, tun Sie nichts: Ihr Passwort bleibt, wie es ist.
`,
  },
  ar: {
    subject: "تعيين كلمة مرور جديدة",
    text: (host: string, link: string) =>
      `طلب شخص ما كلمة مرور جديدة لحسابك لدى \u2066${host}\u2069.
لتعيينها، افتح هذه الصفحة خلال 15 دقيقة:

${link}

إن لم تكن أنت من طلبها فلا تفعل شيئًا: تبقى كلمة مرورك كما هي.
`,
  },
};

type Language = keyof typeof texts;
const isLanguage = (text: string): text is Language => Object.hasOwn(texts, text);

/**
 * Writes the mail.
 * @param link holds `{token}`, which is replaced.
 * @param locales language tags, the best first; other values are passed over. Default: English.
 */
export function resetMail(
  link: string,
  token: string,
  locales: readonly unknown[],
): Pick<Mail, "subject" | "text" | "language"> {
  const named = locales.map((tag) => String(tag).split("-")[0]?.toLowerCase() ?? "");
  const language = named.find(isLanguage) ?? "en";
  const { subject, text } = texts[language];
  const page = link.replace("{token}", () => encodeURIComponent(token));
  return { language, subject, text: text(new URL(page).host, page) };
}
