import type { NoticeMessages } from "./form.ts";

export const de: NoticeMessages = {
  kinds: {
    "email.changed": {
      subject: "Ihre E-Mail-Adresse wurde geändert",
      text: ({ host }) => `Die E-Mail-Adresse Ihres Kontos bei ${host} wurde geändert.`,
    },
    "phone.changed": {
      subject: "Ihre Telefonnummer wurde geändert",
      text: ({ host }) => `Die Telefonnummer Ihres Kontos bei ${host} wurde geändert.`,
    },
    "username.changed": {
      subject: "Ihr Benutzername wurde geändert",
      text: ({ host }) => `Der Benutzername Ihres Kontos bei ${host} wurde geändert.`,
    },
    "password.changed": {
      subject: "Ihr Passwort wurde geändert",
      text: ({ host }) =>
        `Das Passwort Ihres Kontos bei ${host} wurde geändert. Andere Sitzungen wurden beendet.`,
    },
    "change.undone": {
      subject: "Eine Änderung an Ihrem Konto wurde rückgängig gemacht",
      text: ({ host }) =>
        `Eine Änderung an Ihrem Konto bei ${host} wurde rückgängig gemacht. Alle Sitzungen wurden beendet.`,
    },
    "sign_in.new_browser": {
      subject: "Anmeldung mit einem neuen Browser",
      text: ({ host, browser, system }) =>
        `Jemand hat sich bei Ihrem Konto bei ${host} mit einem Browser angemeldet, der bisher nicht benutzt wurde.
Browser: ${browser}
System: ${system}`,
    },
    "sign_in.disowned": {
      subject: "Alle Ihre Sitzungen wurden beendet",
      text: ({ host }) =>
        `Zu einer Anmeldung bei Ihrem Konto bei ${host} wurde angegeben, dass sie nicht von Ihnen war. Alle Sitzungen wurden beendet.
Melden Sie sich neu an und legen Sie ein neues Passwort fest.`,
    },
    "factor.removed": {
      subject: "Ein zweiter Faktor wurde entfernt",
      text: ({ host }) => `Von Ihrem Konto bei ${host} wurde ein zweiter Faktor entfernt.`,
    },
    "identity.removed": {
      subject: "Ein verknüpftes Konto wurde entfernt",
      text: ({ host }) => `Ein Konto, das mit Ihrem Konto bei ${host} verknüpft war, wurde entfernt.`,
    },
    "details.revealed": {
      subject: "Verborgene Angaben wurden angezeigt",
      text: ({ host }) =>
        `Angaben Ihres Kontos bei ${host}, die sonst verborgen sind, wurden vollständig angezeigt.`,
    },
    "sessions.ended": {
      subject: "Sitzungen wurden beendet",
      text: ({ host }) => `Sitzungen Ihres Kontos bei ${host} auf anderen Geräten wurden beendet.`,
    },
    "applications.revoked": {
      subject: "Einer Anwendung wurde der Zugriff entzogen",
      text: ({ host, application }) => `Einer Anwendung wurde der Zugriff auf Ihr Konto bei ${host} entzogen.
Anwendung: ${application}`,
    },
    "export.made": {
      subject: "Ihre Daten wurden exportiert",
      text: ({ host }) => `Alles, was bei ${host} über Sie gespeichert ist, wurde heruntergeladen.`,
    },
    "notices.changed": {
      subject: "Ihre Benachrichtigungen wurden geändert",
      text: ({ host }) => `Es wurde geändert, welche Nachrichten Sie zu Ihrem Konto bei ${host} erhalten.`,
    },
    "deletion.requested": {
      subject: "Ihr Konto wird gelöscht",
      text: ({ host, due }) => `Die Löschung Ihres Kontos bei ${host} wurde beantragt.
Es wird am ${due} gelöscht. Bis dahin können Sie sich anmelden und es behalten.`,
    },
    "deletion.due": {
      subject: "Ihr Konto wird bald gelöscht",
      text: ({ host, due }) => `Ihr Konto bei ${host} wird am ${due} gelöscht.
Um es zu behalten, melden Sie sich vorher an und nehmen Sie die Löschung zurück.`,
    },
    "deletion.cancelled": {
      subject: "Ihr Konto wird nicht gelöscht",
      text: ({ host }) =>
        `Die Löschung Ihres Kontos bei ${host} wurde zurückgenommen. Ihr Konto bleibt bestehen.`,
    },
    "deletion.done": {
      subject: "Ihr Konto wird jetzt gelöscht",
      text: ({ host, receipt }) =>
        `Ihr Konto bei ${host} wird jetzt gelöscht, mit allem, was über Sie gespeichert ist. Das lässt sich nicht mehr aufhalten.
Beleg: ${receipt}`,
    },
  },
  when: (time) => `Zeitpunkt: ${time}`,
  notYou:
    "Falls Sie das nicht waren, benutzt vielleicht jemand anderes Ihr Konto: Legen Sie sofort ein neues Passwort fest und beenden Sie alle anderen Sitzungen. Falls Sie sich nicht mehr anmelden können, bitten Sie dort um Hilfe.",
  undo: (link) => `Um die Änderung rückgängig zu machen, öffnen Sie diese Seite und bestätigen Sie:\n${link}`,
  account: (link) => `Ihr Konto:\n${link}`,
  unknown: "unbekannt",
};
