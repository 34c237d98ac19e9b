import type { enUndo } from "./en-undo.ts";

/** What the pages say of putting something back, in German. */
export const deUndo: Record<keyof typeof enUndo, string> = {
  "undo.title": "Änderung rückgängig machen: {what}",
  "undo.intro": "Am {when} (UTC) wurde in einem Konto geändert: {what}. Vorher war es {former}.",
  "undo.introAdded": "Am {when} (UTC) kam in einem Konto hinzu: {what}. Vorher gab es das nicht.",
  "undo.happens": "Wenn Sie es wiederherstellen",
  "undo.isAgain": "Es ist wieder {former}, was auch seither daraus geworden ist.",
  "undo.isRemoved": "Es wird wieder entfernt.",
  "undo.signsOut": "Wer im Konto angemeldet ist, wird überall abgemeldet.",
  "undo.endsLinks": "Dieser Link und alle, die später verschickt wurden, gelten nicht mehr.",
  "undo.confirm": "Wiederherstellen",
  "undo.leave":
    "Haben Sie es selbst geändert? Dann schließen Sie diese Seite: Es geschieht nichts. Der Link gilt einmal, bis {until} (UTC).",
  "undo.done": "Es ist wieder wie vorher",
  "undo.doneIntro": "Alle wurden abgemeldet, und was seither nachgewiesen wurde, zählt nicht mehr.",
  "undo.doneNext":
    "Falls nicht Sie es geändert haben: Melden Sie sich an, setzen Sie ein neues Passwort und sehen Sie die Aktivitäten durch.",
  "undo.gone": "Dieser Link gilt nicht",
  "undo.goneIntro":
    "Er wurde schon benutzt, ist zu alt, oder etwas Älteres wurde wiederhergestellt. Jetzt hat sich nichts geändert.",
  "undo.takenTitle": "Jemand anderes hat es inzwischen",
  "undo.taken":
    "Ein anderes Konto hat es inzwischen, darum kann es nicht wiederhergestellt werden. Es hat sich nichts geändert.",
  "undo.last":
    "Nur damit kann man sich noch in diesem Konto anmelden, darum bleibt es. Es hat sich nichts geändert.",
  "undo.unknown":
    "Wir wissen noch nicht, ob es wiederhergestellt wurde. In einer Minute steht es fest: Öffnen Sie dann den Link noch einmal.",
  "saved.restored": "Wiederhergestellt. Alle anderen Geräte wurden abgemeldet.",
  "confirm.forUndo": "Um es wiederherzustellen:",
  "event.profile.undone": "{what} wiederhergestellt",
  "event.identifier.restored": "{what} wiederhergestellt, alle anderen abgemeldet",
  "client.undo-link": "Link in einer Nachricht",
};
