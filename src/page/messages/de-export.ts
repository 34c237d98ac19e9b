/** Messages of the export: its page, and the page that lies in the file, in German. */
import type { enExport } from "./en-export.ts";

export const deExport: Readonly<Record<keyof typeof enExport, string>> = {
  "event.account.exported": "Alles exportiert, was über Sie gespeichert ist",
  "export.title": "Ihre Daten mitnehmen",
  "export.row": "Alles, was wir über Sie gespeichert haben, als Datei",
  "export.open": "Herunterladen",
  "export.intro": "Eine Datei mit allem, was hier und beim Anmeldedienst über Sie gespeichert ist.",
  "export.inIt": "Was darin ist",
  "export.holds":
    "Ihr Profil und Ihre privaten Angaben vollständig, wo Sie angemeldet sind, wer sich angemeldet hat, Ihre Anwendungen und verknüpften Konten und alles, was mit dem Konto geschehen ist.",
  "export.two":
    "Eine ZIP-Datei mit zwei Dateien: account.html zum Lesen und account.json für andere Programme.",
  "export.once": "Einmal in der Stunde.",
  "export.careful": "Darin ist nichts verdeckt. Bewahren Sie sie dort auf, wo niemand sonst sie öffnen kann.",
  "export.start": "Fortfahren",
  "export.readyIntro":
    "Sie haben sich ausgewiesen. Der Download beginnt, wenn Sie auf die Schaltfläche drücken.",
  "export.download": "Datei herunterladen",
  "export.soon":
    "Sie haben sie in der letzten Stunde schon heruntergeladen. Das geht wieder in {minutes, plural, one {# Minute} other {# Minuten}}.",
  "confirm.forExport": "Um Ihre Daten herauszugeben:",
  "export.fileTitle": "Ihr Konto bei {name}",
  "export.made": "Erstellt am {when}.",
  "export.beside": "Die Datei account.json neben dieser Seite sagt dasselbe in allen Einzelheiten.",
  "export.when": "Wann",
  "export.until": "Bis",
  "export.what": "Was",
  "export.name": "Bezeichnung",
  "export.browser": "Browser",
  "export.address": "Netzwerkadresse",
  "export.application": "Anwendung",
  "export.result": "Ergebnis",
  "export.may": "Darf",
  "export.sessions": "Wo Sie angemeldet sind",
  "export.signIns": "Anmeldungen",
  "export.applications": "Anwendungen, denen Sie Zugriff gegeben haben",
  "export.linked": "Verknüpfte Konten",
  "export.factors": "Zweite Faktoren",
  "export.memberships": "Organisationen und Rollen",
  "export.tokens": "Persönliche Zugriffstoken",
  "export.former": "Frühere Angaben, die noch zurückgesetzt werden können",
  "export.withheld": "Was nicht darin steht und warum",
  "export.because.secret":
    "Was das Konto für jeden öffnet, der es hat: das Passwort, Token, Werte von Cookies, die Geheimnisse zweiter Faktoren.",
  "export.because.under_way":
    "Was nur Minuten besteht, oder bis etwas Laufendes beendet ist: gesendete Codes, wartende Nachrichten und Formulare, Sperren, Kopien von Antworten.",
  "export.because.of_others":
    "Was andere Anwendungen in Ihrem Konto beim Anmeldedienst unter eigenen Namen ablegen.",
  "export.because.technical": "Was für diesen Dienst etwas zählt oder prüft und nichts über Sie sagt.",
};
