/** What the pages say of the end of an account, in English: the catalogue whose keys the others must have. */
export const enDeletion = {
  "deletion.row": "Account",
  "deletion.rowValue": "Deleted {days, plural, one {a day} other {# days}} after you ask for it",
  "deletion.open": "Delete",
  "deletion.title": "Delete your account",
  "deletion.intro":
    "It is deleted {days, plural, one {a day} other {# days}} after you ask for it. Until then everything works on, and you can change your mind.",
  "deletion.goes": "What happens then",
  "deletion.goesSignIn":
    "You can no longer sign in, here or in any application that you use with this account.",
  "deletion.goesData":
    "Your profile, your addresses, your private details and all activity are erased. Nobody can bring them back.",
  "deletion.stays": "What stays is a receipt without your name: a number, which we send you, and a time.",
  "deletion.confirm": "To confirm, type {name}",
  "deletion.confirmWrong": "This is not the name of your account.",
  "deletion.submit": "Delete my account",
  "deletion.refused": "This account cannot be deleted now.",
  "deletion.askedTitle": "Your account will be deleted",
  "deletion.askedIntro": "On {due} it is gone for good. Until then you can keep it.",
  "deletion.overdueIntro":
    "Its day has come, but it is held back and tried again every day. You can still keep it.",
  "deletion.heldFor": "It is held back: {reason}",
  "deletion.keep": "Keep my account",
  "deletion.goOn": "Leave it at that",
  "deletion.banner": "This account will be deleted on {due}.",
  "saved.kept": "Your account stays. Nothing will be deleted.",
  "confirm.forDeletion": "To delete your account:",
  "event.deletion.requested": "Deletion of the account asked for",
  "event.deletion.cancelled": "Deletion cancelled: the account stays",
} as const;
