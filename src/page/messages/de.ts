/** What the pages say, in German. */
import type { en } from "./en.ts";

export const de: Readonly<Record<keyof typeof en, string>> = {
  "page.skip": "Zum Inhalt",
  "page.sections": "Bereiche",
  "page.account": "Konto",
  "page.signOut": "Abmelden",
  "page.language": "Sprache",
  "page.links": "Mehr",
  "page.errorTitle": "Fehler: {title}",

  "nav.overview": "Übersicht",
  "nav.profile": "Profil",
  "nav.address": "Adresse",
  "nav.signIn": "Anmeldung",
  "nav.private": "Private Angaben",
  "nav.preferences": "Einstellungen",
  "nav.activity": "Verlauf",

  "action.change": "Ändern",
  "action.add": "Hinzufügen",
  "action.reveal": "Zeigen",
  "action.remove": "Entfernen",
  "action.save": "Speichern",
  "action.cancel": "Abbrechen",
  "action.continue": "Weiter",
  "action.undo": "Rückgängig",
  "action.retry": "Noch einmal versuchen",
  "action.sendCode": "Code senden",
  "action.removeThis": "{what} entfernen",
  "action.resend": "Neuen Code senden",
  "action.showForm": "Formular anpassen",
  "action.hide": "Wieder verbergen",
  "action.signIn": "Anmelden",
  "action.back": "Zurück",
  "action.overview": "Zur Übersicht",
  "action.older": "Ältere Einträge",
  "action.newest": "Zu den neuesten",
  "action.of": "{what}: {action}",

  "value.none": "Nicht angegeben",
  "value.set": "Gesetzt",
  "value.yes": "Ja",
  "value.no": "Nein",
  "value.proven": "Bestätigt",

  "overview.title": "Hallo {name}",
  "overview.plainTitle": "Ihr Konto",
  "overview.intro": "Was wir über Sie wissen, wer es sehen kann und was damit geschehen ist.",
  "overview.lately": "Zuletzt",
  "overview.allActivity": "Ganzer Verlauf",
  "overview.privateNote": "Hier verschlüsselt, nie beim Anmeldedienst",
  "overview.sharedNote": "Anwendungen, bei denen Sie sich anmelden, können das lesen",

  "profile.title": "Ihr Profil",
  "profile.intro":
    "Anwendungen, bei denen Sie sich anmelden, können das lesen. Lassen Sie leer, was Sie für sich behalten möchten.",
  "profile.names": "Ihr Name",
  "profile.about": "Über Sie",
  "profile.web": "Im Netz",
  "profile.more": "Mehr über Sie",

  "address.title": "Ihre Adresse",
  "address.intro": "Lassen Sie leer, was es bei Ihnen nicht gibt.",

  "signIn.title": "Anmeldung",
  "signIn.intro": "Wie Sie sich anmelden und wie wir Sie erreichen.",
  "signIn.password": "Passwort",
  "signIn.passwordNote": "Eine Änderung meldet Sie überall sonst ab",

  "email.title": "E-Mail-Adresse ändern",
  "email.addTitle": "E-Mail-Adresse hinzufügen",
  "email.intro":
    "Sie melden sich damit an, und wir schreiben Ihnen dorthin. Zuerst senden wir einen Code an die neue Adresse.",
  "email.current": "Jetzt: {value}",
  "phone.title": "Telefonnummer ändern",
  "phone.addTitle": "Telefonnummer hinzufügen",
  "phone.intro": "Sie melden sich damit an. Zuerst senden wir einen Code an die neue Nummer.",
  "username.title": "Ihr Benutzername",
  "username.intro": "Sie können sich damit anmelden. Nur Buchstaben, Ziffern und _.",

  "code.title": "Code eingeben",
  "code.sentTo":
    "Wir haben einen Code an {address} gesendet. Er gilt {minutes, plural, one {# Minute} other {# Minuten}}.",
  "code.label": "Code",
  "code.help": "Die Ziffern aus der neuesten Nachricht. Sie können sie einfügen.",
  "code.resendIn":
    "Ein neuer Code kann in {seconds, plural, one {# Sekunde} other {# Sekunden}} gesendet werden.",
  "code.resendNow": "Nichts angekommen? Sehen Sie im Spam-Ordner nach oder fordern Sie einen neuen Code an.",
  "code.wrongAddress": "Andere Adresse verwenden",

  "password.title": "Passwort ändern",
  "password.setTitle": "Passwort festlegen",
  "password.intro": "Hier bleiben Sie angemeldet. Alle anderen Geräte werden abgemeldet.",
  "password.new": "Neues Passwort",
  "password.show": "Anzeigen",
  "password.hide": "Verbergen",
  "password.good": "Dieses Passwort ist gut.",

  "private.title": "Private Angaben",
  "private.intro": "Hier verschlüsselt und nie beim Anmeldedienst.",
  "private.revealed": "Eine Minute lang sichtbar, danach wieder verborgen.",
  "private.listNote": "Wird dort angelegt und entfernt, wo Sie bezahlen.",

  "list.title": "Was da ist",
  "list.add": "Eines hinzufügen",

  "preferences.title": "Einstellungen",
  "preferences.intro": "Wie wir mit Ihnen sprechen.",

  "activity.title": "Verlauf",
  "activity.intro":
    "Was in Ihrem Konto geschehen ist, das Neueste zuerst. Waren Sie das nicht, ändern Sie Ihr Passwort.",
  "activity.empty": "Noch ist nichts geschehen.",
  "activity.times": "Zeiten: {zone}.",
  "activity.complete": "Vollständig seit {since}: Seither wurde nichts entfernt oder geändert.",
  "activity.gap":
    "Hier fehlen Einträge, oder jemand anders hat welche geändert oder hinzugefügt. Sagen Sie es den Betreibern dieses Dienstes.",
  "activity.here": "Auf dieser Seite",

  "confirm.title": "Sind Sie es?",
  "confirm.intro":
    "{what} Weisen Sie noch einmal nach, wer Sie sind. Was Sie eingegeben haben, geht nicht verloren.",
  "confirm.method": "Wie Sie es nachweisen",
  "confirm.password": "Passwort",
  "confirm.passwordHelp": "Das, mit dem Sie sich anmelden",
  "confirm.email": "Code per E-Mail",
  "confirm.phone": "Code per SMS",
  "confirm.to": "an {address}",
  "confirm.signIn": "Noch einmal anmelden",
  "confirm.signInHelp": "wie gewohnt, mit zweitem Schritt",
  "confirm.other": "Auf andere Weise nachweisen",
  "confirm.back": "Zurück, ohne etwas zu ändern",
  "confirm.none": "Von hier aus lässt es sich nicht nachweisen. Melden Sie sich ab und wieder an.",
  "confirm.done": "Danke, Sie sind es.",
  "confirm.doneIntro": "Ein Druck beendet, was Sie begonnen haben.",
  "confirm.finish": "Fertigstellen",
  "confirm.forReveal": "Um zu zeigen, was verborgen ist:",
  "confirm.forEmail": "Um Ihre E-Mail-Adresse zu ändern:",
  "confirm.forPhone": "Um Ihre Telefonnummer zu ändern:",
  "confirm.forPassword": "Um Ihr Passwort zu ändern:",
  "confirm.forChange": "Um Ihre Änderung zu speichern:",

  "saved.title": "Gespeichert",
  "saved.field": "{what} geändert.",
  "saved.fields": "{count, plural, one {# Änderung} other {# Änderungen}} gespeichert.",
  "saved.address": "{what} geändert: {address}.",
  "saved.nothing": "Nichts war anders, also hat sich nichts geändert.",
  "saved.password":
    "Passwort geändert. {count, plural, =0 {Kein anderes Gerät war angemeldet.} one {Ein anderes Gerät wurde abgemeldet.} other {# andere Geräte wurden abgemeldet.}}",
  "saved.undone": "Rückgängig gemacht: Es ist wieder wie vorher.",
  "saved.removed": "{what} entfernt.",

  "problem.title": "Es gibt ein Problem",
  "problem.generic": "Das konnte nicht gespeichert werden. Versuchen Sie es noch einmal.",
  "problem.away": "Der Anmeldedienst antwortet nicht",
  "problem.awayIntro":
    "Ihre Daten sind sicher, und nichts wurde geändert. Versuchen Sie es noch einmal; meist genügt eine Minute.",
  "problem.awayForm":
    "Der Anmeldedienst antwortet nicht, deshalb wurde nichts gespeichert. Was Sie eingegeben haben, steht noch da.",
  "problem.awayWorks": "Was noch geht: sich abmelden.",
  "problem.unknown":
    "Wir wissen noch nicht, ob das gespeichert wurde. Binnen einer Minute steht es fest: Sehen Sie nach, bevor Sie es wiederholen.",
  "problem.busy":
    "Zu viele Anfragen. Warten Sie {minutes, plural, one {eine Minute} other {# Minuten}} und versuchen Sie es wieder.",
  "problem.locked":
    "Zu viele Versuche. Damit niemand anders hineinkommt, ist dies bis {time} gesperrt, noch {minutes, plural, one {eine Minute} other {# Minuten}}.",
  "problem.lockedTitle": "Vorübergehend gesperrt",
  "problem.suspended": "Dieses Konto ist gesperrt",
  "problem.suspendedIntro": "Wenden Sie sich an die Betreiber dieses Dienstes.",
  "problem.notFound": "Diese Seite gibt es nicht",
  "problem.notFoundIntro": "Vielleicht ist die Adresse vertippt, oder die Seite ist umgezogen.",
  "problem.internal": "Bei uns ist etwas schiefgegangen",
  "problem.internalIntro":
    "Sie haben nichts falsch gemacht. Versuchen Sie es noch einmal; bleibt es dabei, nennen Sie {requestId}.",
  "problem.expired": "Diese Seite hat zu lange gewartet",
  "problem.expiredIntro": "Zu Ihrer Sicherheit haben wir vergessen, was darauf stand. Beginnen Sie neu.",
  "problem.csrf": "Dieses Formular gehört zu einem anderen Besuch",
  "problem.csrfIntro":
    "Seit es geöffnet wurde, haben Sie sich neu angemeldet. Öffnen Sie die Seite neu und wiederholen Sie die Änderung.",
  "problem.signedOut": "Sie sind abgemeldet",
  "problem.signedOutIntro": "Melden Sie sich an, um Ihr Konto zu sehen. Alles Gespeicherte ist noch da.",
  "problem.signedOutKept":
    "Melden Sie sich neu an. Was Sie eingegeben haben, bleibt eine halbe Stunde erhalten und wartet dort auf Sie.",
  "problem.undoGone": "Das wurde seither wieder geändert und kann nicht rückgängig gemacht werden.",

  "late.title": "Sie waren abgemeldet, bevor das gespeichert wurde",
  "late.intro": "{what}: Ihre Änderung wartet hier, und niemand sonst kann sie sehen.",
  "late.save": "Jetzt speichern",
  "late.drop": "Nicht speichern",

  "conflict.title": "Das wurde inzwischen geändert",
  "conflict.intro": "Vielleicht von Ihnen selbst, auf einem anderen Gerät. Wählen Sie, was bleibt.",
  "conflict.theirs": "Inzwischen gespeichert",
  "conflict.yours": "Ihre Eingabe",
  "conflict.keep": "Auswahl behalten",

  "callback.cancelled": "Die Anmeldung wurde abgebrochen",
  "callback.cancelledIntro": "Es hat sich nichts geändert.",
  "callback.used": "Diese Anmeldung ist schon abgeschlossen",
  "callback.usedIntro":
    "Sie wurde ein zweites Mal geöffnet, etwa durch einen Doppelklick oder durch Zurückgehen.",
  "callback.otherBrowser": "Diese Anmeldung gehört zu einem anderen Browser",
  "callback.otherBrowserIntro":
    "Sie kann nur in dem Browser abgeschlossen werden, in dem sie begonnen hat, solange er seine Cookies behält.",
  "callback.expired": "Diese Anmeldung hat zu lange gedauert",
  "callback.expiredIntro": "Sie muss innerhalb einer Stunde abgeschlossen werden.",
  "callback.notValid": "Diese Anmeldung kann nicht abgeschlossen werden",
  "callback.notValidIntro": "Zu dieser Adresse führt unsere Anmeldung nicht.",
  "callback.refused": "Die Anmeldung ist nicht gelungen",
  "callback.refusedIntro": "Der Anmeldedienst hat sie nicht zugelassen.",
  "callback.awayIntro": "Es ist nichts verloren. Versuchen Sie es gleich noch einmal.",
  "callback.otherPerson": "Jemand anderes hat sich angemeldet",
  "callback.otherPersonIntro": "Sie sollten zeigen, dass Sie es sind. Es hat sich nichts geändert.",
  "callback.outdated": "Ihr Konto hat sich inzwischen geändert",
  "callback.outdatedIntro": "Zeigen Sie noch einmal, dass Sie es sind.",
};
