/** Texte der Seite der Benachrichtigungen, auf Deutsch. */
export const deNotices = {
  "notices.title": "Benachrichtigungen",
  "notices.intro":
    "Wir schreiben Ihnen, wenn sich an Ihrem Konto etwas ändert, damit Sie merken, wenn Sie es nicht waren.",
  "notices.optional": "Sie entscheiden",
  "notices.always": "Diese kommen immer",
  "notices.alwaysNote": "Sie schützen Ihr Konto. Niemand kann sie ausschalten.",
  "notices.all": "Alle",
  "notices.off": "{count, plural, one {# Art ist} other {# Arten sind}} aus",
  "saved.notices": "Ihre Benachrichtigungen wurden geändert. Auch darüber erhalten Sie eine Nachricht.",
  "event.notices.changed": "Benachrichtigungen geändert",
  "data.title": "Ihre Daten",
};
