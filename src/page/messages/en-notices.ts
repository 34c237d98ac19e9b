/** Messages of the page of notices, in English. */
export const enNotices = {
  "notices.title": "Notices",
  "notices.intro":
    "We write to you when something about your account changes, so that you notice if it was not you.",
  "notices.optional": "You choose",
  "notices.always": "These always come",
  "notices.alwaysNote": "They protect your account, so nobody can turn them off.",
  "notices.all": "All of them",
  "notices.off": "{count, plural, one {# kind is} other {# kinds are}} off",
  "saved.notices": "Your notices were changed. You get a message about that, too.",
  "event.notices.changed": "Notices changed",
  "data.title": "Your data",
};
