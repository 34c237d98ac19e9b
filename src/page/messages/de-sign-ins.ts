import type { enSignIns } from "./en-sign-ins.ts";

/** What the pages say of sign-ins, in German. */
export const deSignIns: Readonly<Record<keyof typeof enSignIns, string>> = {
  "action.view": "Ansehen",

  "signIns.title": "Anmeldungen",
  "signIns.rowNote": "Wer sich als Sie angemeldet hat, und wer es versucht hat",
  "signIns.intro": "Wer sich als Sie angemeldet oder es versucht hat, das Neueste zuerst.",
  "signIns.empty": "Noch ist keine Anmeldung verzeichnet.",
  "signIns.emptyPage": "Auf dieser Seite ist nichts. Sehen Sie bei den älteren Einträgen nach.",
  "signIns.ok": "Angemeldet",
  "signIns.wrong_proof": "Abgelehnt: falsches Passwort oder falscher Code auf dieser Seite",
  "signIns.wrong_second_factor": "Abgelehnt: falscher Code im zweiten Schritt",
  "signIns.locked": "Gesperrt nach vielen falschen Passwörtern oder Codes",
  "signIns.not_allowed": "Vom Anmeldedienst abgelehnt",
  "signIns.password": "Passwort",
  "signIns.email": "Code per E-Mail",
  "signIns.phone": "Code per SMS",
  "signIns.social": "Soziales Konto",
  "signIns.sso": "Firmenkonto",
  "signIns.one_time_token": "Einmal-Link",
  "signIns.passkey": "Passkey",
  "signIns.totp": "Authentifizierungs-App",
  "signIns.backup_code": "Ersatzcode",
  "signIns.browser": "{browser} auf {system}",
  "signIns.network": "Netz {network}",
  "signIns.place": "Angegebener Ort: {place}",
  "signIns.reported":
    "Browser, Netz und Ort sind, was jede Anfrage von sich selbst sagt. Ein Ort kann erfunden sein.",
  "signIns.listed":
    "Ein einzelnes falsches Passwort auf der Anmeldeseite wird unter niemandes Namen verzeichnet und fehlt deshalb hier. Sie sehen es, sobald so viele davon Ihr Konto sperren.",
  "signIns.not_received":
    "Falsche Passwörter auf der Anmeldeseite werden unter niemandes Namen verzeichnet und fehlen deshalb hier. Dieser Dienst erfährt auch nicht, wenn sie Ihr Konto sperren.",

  "notMe.short": "Das war ich nicht",
  "notMe.help": "Kennen Sie etwas davon nicht?",
  "notMe.title": "War es jemand anderes?",
  "notMe.intro":
    "Ein Druck meldet alle ab, die als Sie angemeldet sind, auf jedem Gerät und in jeder Anwendung. Auch Sie selbst.",
  "notMe.then": "Was dann geschieht",
  "notMe.records": "Was jemand in Ihrem Namen bestätigt oder angefordert hat, wird wertlos.",
  "notMe.password":
    "Ihr Passwort bleibt, wie es ist. Melden Sie sich gleich danach wieder an und wählen Sie ein neues: Bis dahin kann sich anmelden, wer das jetzige kennt.",
  "notMe.tokens": "Eine Anwendung, die gerade benutzt wird, merkt es spätestens nach einer Stunde.",
  "notMe.press": "Jetzt alle abmelden",
  "notMe.ended": "Alle wurden abgemeldet",
  "notMe.endedIntro":
    "Melden Sie sich wieder an und wählen Sie jetzt ein neues Passwort. Bis dahin kann sich anmelden, wer das jetzige kennt.",
  "notMe.signIn": "Anmelden und Passwort wählen",

  "event.sign_in.disowned": "Sie sagten: Das war ich nicht. Alle wurden abgemeldet",
};
