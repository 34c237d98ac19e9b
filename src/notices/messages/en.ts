import type { NoticeMessages } from "./form.ts";

export const en: NoticeMessages = {
  kinds: {
    "email.changed": {
      subject: "Your e-mail address was changed",
      text: ({ host }) => `The e-mail address of your account at ${host} was changed.`,
    },
    "phone.changed": {
      subject: "Your phone number was changed",
      text: ({ host }) => `The phone number of your account at ${host} was changed.`,
    },
    "username.changed": {
      subject: "Your username was changed",
      text: ({ host }) => `The username of your account at ${host} was changed.`,
    },
    "password.changed": {
      subject: "Your password was changed",
      text: ({ host }) =>
        `The password of your account at ${host} was changed, and other sessions were ended.`,
    },
    "change.undone": {
      subject: "A change of your account was undone",
      text: ({ host }) => `A change of your account at ${host} was undone, and all sessions were ended.`,
    },
    "sign_in.new_browser": {
      subject: "Sign-in with a new browser",
      text: ({ host, browser, system }) =>
        `Somebody signed in to your account at ${host} with a browser that was not used before.
Browser: ${browser}
System: ${system}`,
    },
    "sign_in.disowned": {
      subject: "All your sessions were ended",
      text: ({
        host,
      }) => `Somebody said of a sign-in to your account at ${host} that it was not theirs. All sessions were ended.
Sign in again and set a new password.`,
    },
    "factor.removed": {
      subject: "A second factor was removed",
      text: ({ host }) => `A second factor was removed from your account at ${host}.`,
    },
    "identity.removed": {
      subject: "A linked account was removed",
      text: ({ host }) => `An account that was linked to yours at ${host} was removed.`,
    },
    "details.revealed": {
      subject: "Hidden details were shown",
      text: ({ host }) => `Details of your account at ${host} that are hidden otherwise were shown in full.`,
    },
    "sessions.ended": {
      subject: "Sessions were ended",
      text: ({ host }) => `Sessions of your account at ${host} were ended on other devices.`,
    },
    "applications.revoked": {
      subject: "An application lost its access",
      text: ({ host, application }) => `Access to your account at ${host} was taken from an application.
Application: ${application}`,
    },
    "export.made": {
      subject: "Your data was exported",
      text: ({ host }) => `Everything that is stored about you at ${host} was downloaded.`,
    },
    "notices.changed": {
      subject: "Your notices were changed",
      text: ({ host }) => `Which messages you get about your account at ${host} was changed.`,
    },
    "deletion.requested": {
      subject: "Your account will be deleted",
      text: ({ host, due }) => `The deletion of your account at ${host} was asked for.
It will be deleted on ${due}. Until then you can sign in and keep it.`,
    },
    "deletion.due": {
      subject: "Your account will be deleted soon",
      text: ({ host, due }) => `Your account at ${host} will be deleted on ${due}.
To keep it, sign in before and cancel the deletion.`,
    },
    "deletion.cancelled": {
      subject: "Your account will not be deleted",
      text: ({ host }) => `The deletion of your account at ${host} was cancelled. Your account stays.`,
    },
    "deletion.done": {
      subject: "Your account is being deleted",
      text: ({
        host,
        receipt,
      }) => `Your account at ${host} is being deleted now, with everything that is stored about you. Nothing can stop it any more.
Receipt: ${receipt}`,
    },
  },
  when: (time) => `Time: ${time}`,
  notYou:
    "If it was not you, somebody else may be using your account: set a new password at once, and end all other sessions. If you can no longer sign in, ask for help there.",
  undo: (link) => `To take the change back, open this page and confirm:\n${link}`,
  account: (link) => `Your account:\n${link}`,
  unknown: "unknown",
};
