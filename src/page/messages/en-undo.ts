/** What the pages say of putting something back, in English. */
export const enUndo = {
  "undo.title": "Undo a change: {what}",
  "undo.intro": "On {when} (UTC) this was changed in an account: {what}. Before, it was {former}.",
  "undo.introAdded": "On {when} (UTC) this was added to an account: {what}. Before, there was none.",
  "undo.happens": "If you put it back",
  "undo.isAgain": "It is {former} again, whatever it has become since.",
  "undo.isRemoved": "It is removed again.",
  "undo.signsOut": "Whoever is signed in to the account is signed out everywhere.",
  "undo.endsLinks": "This link, and every such link that was sent later, stops working.",
  "undo.confirm": "Put it back",
  "undo.leave":
    "Was it you who made the change? Then close this page: nothing happens. The link works once, until {until} (UTC).",
  "undo.done": "It is as it was before",
  "undo.doneIntro": "Everybody was signed out, and nothing that was proven since counts any more.",
  "undo.doneNext":
    "If it was not you who made the change: sign in, set a new password, and look at the activity.",
  "undo.gone": "This link cannot be used",
  "undo.goneIntro":
    "It was used already, it is too old, or something older was put back. Nothing was changed now.",
  "undo.takenTitle": "Somebody else has it by now",
  "undo.taken": "Another account has it by now, so it cannot be put back. Nothing was changed.",
  "undo.last": "It is the account's only way to sign in, so it stays. Nothing was changed.",
  "undo.unknown":
    "We do not know yet whether it was put back. It is settled within a minute: then open the link again.",
  "saved.restored": "Put back. Every other device was signed out.",
  "confirm.forUndo": "To put it back:",
  "event.profile.undone": "{what} put back",
  "event.identifier.restored": "{what} put back, and everybody else signed out",
  "client.undo-link": "Link in a message",
} as const;
