/** What the pages say of sign-ins, in English. */
export const enSignIns = {
  "action.view": "View",

  "signIns.title": "Sign-in history",
  "signIns.rowNote": "Who signed in as you, and who tried",
  "signIns.intro": "Who signed in as you, or tried, newest first.",
  "signIns.empty": "No sign-in is recorded yet.",
  "signIns.emptyPage": "Nothing on this page. Go on to older entries.",
  "signIns.ok": "Signed in",
  "signIns.wrong_proof": "Refused: a wrong password or code on this page",
  "signIns.wrong_second_factor": "Refused: a wrong code in the second step",
  "signIns.locked": "Locked after many wrong passwords or codes",
  "signIns.not_allowed": "Refused by the sign-in service",
  "signIns.password": "Password",
  "signIns.email": "Code by e-mail",
  "signIns.phone": "Code by text message",
  "signIns.social": "Social account",
  "signIns.sso": "Company account",
  "signIns.one_time_token": "One-time link",
  "signIns.passkey": "Passkey",
  "signIns.totp": "Authenticator app",
  "signIns.backup_code": "Backup code",
  "signIns.browser": "{browser} on {system}",
  "signIns.network": "Network {network}",
  "signIns.place": "Place as reported: {place}",
  "signIns.reported":
    "Browser, network and place are what each request said of itself. A place can be made up.",
  "signIns.listed":
    "A single wrong password at the sign-in page is recorded under nobody’s name, so it is not here. You see it once so many of them lock your account.",
  "signIns.not_received":
    "Wrong passwords at the sign-in page are recorded under nobody’s name, so they are not here, and this service is not told when they lock your account.",

  "notMe.short": "This was not me",
  "notMe.help": "Do you not know one of these?",
  "notMe.title": "Was it somebody else?",
  "notMe.intro":
    "One press signs out everybody who is signed in as you, on every device and application. You too.",
  "notMe.then": "What happens then",
  "notMe.records": "Whatever somebody has proven or asked for in your name becomes worthless.",
  "notMe.password":
    "Your password stays as it is. Sign in again right after, and choose a new one: whoever knows the present one can sign in until you do.",
  "notMe.tokens": "An application that is in use right now can take up to an hour to notice.",
  "notMe.press": "Sign out everybody now",
  "notMe.ended": "Everybody was signed out",
  "notMe.endedIntro":
    "Sign in again and choose a new password now. Whoever knows the present one can sign in until you do.",
  "notMe.signIn": "Sign in and choose a password",

  "event.sign_in.disowned": "You said: this was not me. Everybody was signed out",
} as const;
