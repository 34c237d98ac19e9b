/** What the pages say of sessions and of applications with access, in German. */
export const deSessions = {
  "signIn.devices": "Geräte",
  "signIn.devicesValue": "Wo Sie angemeldet sind",
  "signIn.applications": "Anwendungen",
  "signIn.applicationsValue": "Wem Sie Zugriff gegeben haben",

  "sessions.title": "Wo Sie angemeldet sind",
  "sessions.intro":
    "Melden Sie ab, was Sie nicht mehr nutzen. Kennen Sie etwas davon nicht, melden Sie es ab und ändern Sie Ihr Passwort.",
  "sessions.list": "Browser und Geräte",
  "sessions.current": "Dieses hier",
  "sessions.browserOn": "{browser} auf {system}",
  "sessions.unnamed": "Browser oder App ohne Namen",
  "sessions.begun": "Angemeldet: {time}",
  "sessions.seen": "Zuletzt gesehen: {time}",
  "sessions.until": "Bis {time}",
  "sessions.place": "Gemeldeter Ort: {place}",
  "sessions.applications": "Anwendungen: {names}",
  "sessions.placeNote": "Den Ort meldet der Browser. Er kann falsch sein.",
  "sessions.incomplete":
    "Es gibt weitere, die wir nicht zeigen können. Melden Sie sich überall sonst ab, um auch diese zu beenden.",
  "sessions.end": "Abmelden",
  "sessions.othersNote":
    "Meldet alles außer diesem Browser ab. Anwendungen, denen Sie anderswo Zugriff gegeben haben, müssen erneut um Erlaubnis fragen.",
  "sessions.endOthers": "Überall sonst abmelden",
  "sessions.noOthers": "Sonst sind Sie nirgends angemeldet.",

  "applications.title": "Anwendungen mit Zugriff",
  "applications.intro":
    "Anwendungen anderer, denen Sie Zugriff gegeben haben, und was sie sehen oder tun dürfen.",
  "applications.list": "Von Ihnen zugelassen",
  "applications.empty": "Keine Anwendung anderer hat Zugriff auf Ihr Konto.",
  "applications.incomplete": "Es gibt weitere, die wir nicht zeigen können.",
  "applications.may": "Darf nutzen: {what}",
  "applications.since": "Seit {time}",
  "applications.until": "Bis {time}",
  "applications.revoke": "Zugriff entfernen",
  "applications.note": "Wo Sie sie zugelassen haben, müssen Sie sich vielleicht neu anmelden.",

  "scope.openid": "wer Sie sind, als Kennung",
  "scope.profile": "Ihr Profil",
  "scope.email": "Ihre E-Mail-Adresse",
  "scope.phone": "Ihre Telefonnummer",
  "scope.address": "Ihre Anschrift",
  "scope.custom_data": "weitere Angaben zu Ihnen",
  "scope.identities": "Ihre verknüpften Konten",
  "scope.roles": "Ihre Rollen",
  "scope.urn:logto:scope:organizations": "Ihre Organisationen",
  "scope.urn:logto:scope:organization_roles": "Ihre Rollen in Organisationen",
  "scope.offline_access": "all das auch in Ihrer Abwesenheit",
  "scope.profile:read": "Ihr Konto hier lesen",
  "scope.profile:write": "Ihr Konto hier ändern",

  "confirm.forSessions": "Um dort abzumelden:",
  "saved.sessionEnded": "Dort abgemeldet.",
  "saved.sessionsEnded":
    "{count, plural, =0 {Sonst war nichts abzumelden.} one {An einer anderen Stelle abgemeldet.} other {An # anderen Stellen abgemeldet.}}",
  "saved.sessionsEnding":
    "Hier abgemeldet. Der Anmeldedienst hat noch nicht alles beendet: Wir fragen ihn, bis er es getan hat.",
  "saved.applicationRevoked": "Sie hat keinen Zugriff mehr.",
  "event.sessions.ended": "Überall sonst abgemeldet",
  "event.application.revoked": "Zugriff einer Anwendung entfernt",
} as const;
