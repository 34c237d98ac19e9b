import type { enDeletion } from "./en-deletion.ts";

/** What the pages say of the end of an account, in German. */
export const deDeletion: Record<keyof typeof enDeletion, string> = {
  "deletion.row": "Konto",
  "deletion.rowValue": "{days, plural, one {Einen Tag} other {# Tage}} nach Ihrem Antrag gelöscht",
  "deletion.open": "Löschen",
  "deletion.title": "Konto löschen",
  "deletion.intro":
    "Es wird {days, plural, one {einen Tag} other {# Tage}} nach Ihrem Antrag gelöscht. Bis dahin geht alles weiter, und Sie können es sich anders überlegen.",
  "deletion.goes": "Was dann geschieht",
  "deletion.goesSignIn":
    "Sie können sich nicht mehr anmelden, weder hier noch bei den Anwendungen, die Sie mit diesem Konto benutzen.",
  "deletion.goesData":
    "Ihr Profil, Ihre Adressen, Ihre privaten Angaben und alle Aktivitäten werden gelöscht. Niemand kann sie zurückholen.",
  "deletion.stays":
    "Was bleibt, ist ein Beleg ohne Ihren Namen: eine Nummer, die wir Ihnen schicken, und ein Zeitpunkt.",
  "deletion.confirm": "Geben Sie zur Bestätigung {name} ein",
  "deletion.confirmWrong": "So heißt Ihr Konto nicht.",
  "deletion.submit": "Mein Konto löschen",
  "deletion.refused": "Dieses Konto kann jetzt nicht gelöscht werden.",
  "deletion.askedTitle": "Ihr Konto wird gelöscht",
  "deletion.askedIntro": "Am {due} ist es endgültig weg. Bis dahin können Sie es behalten.",
  "deletion.overdueIntro":
    "Der Tag ist gekommen, aber die Löschung wird zurückgehalten und jeden Tag neu versucht. Sie können das Konto noch behalten.",
  "deletion.heldFor": "Zurückgehalten: {reason}",
  "deletion.keep": "Mein Konto behalten",
  "deletion.goOn": "Dabei bleibt es",
  "deletion.banner": "Dieses Konto wird am {due} gelöscht.",
  "saved.kept": "Ihr Konto bleibt bestehen. Nichts wird gelöscht.",
  "confirm.forDeletion": "Um Ihr Konto zu löschen:",
  "event.deletion.requested": "Löschung des Kontos beantragt",
  "event.deletion.cancelled": "Löschung zurückgenommen: das Konto bleibt",
};
