/** What the tenant's pages say. They speak the languages of the account page. */

const en = {
  signIn: "Sign in",
  intro: "This is the development tenant. The password of {name} is {password}.",
  identifier: "Username, e-mail or phone",
  password: "Password",
  secondFactor: "Second step",
  secondFactorIntro: "Type the code of your authenticator app, or one of your backup codes.",
  code: "Code",
  proceed: "Continue",
  error: "Error",
  wrong: "No account has this name and password.",
  wrongCode: "This code is not right. Try the next one.",
  locked: "Too many tries. This account is locked for a while.",
  suspended: "This account is suspended.",
  ended: "This sign-in has ended. Go back to where you came from, and sign in there again.",
  other: "That did not work: {code}",
  signOut: "Sign out",
  signOutIntro: "One press ends your session here.",
};
export type Texts = typeof en;

const de: Texts = {
  signIn: "Anmelden",
  intro: "Dies ist der Tenant für die Entwicklung. Das Passwort von {name} ist {password}.",
  identifier: "Benutzername, E-Mail oder Telefon",
  password: "Passwort",
  secondFactor: "Zweiter Schritt",
  secondFactorIntro: "Geben Sie den Code Ihrer Authenticator-App oder einen Ersatzcode ein.",
  code: "Code",
  proceed: "Weiter",
  error: "Fehler",
  wrong: "Kein Konto hat diesen Namen und dieses Passwort.",
  wrongCode: "Dieser Code stimmt nicht. Versuchen Sie den nächsten.",
  locked: "Zu viele Versuche. Dieses Konto ist eine Weile gesperrt.",
  suspended: "Dieses Konto ist gesperrt.",
  ended: "Diese Anmeldung ist beendet. Gehen Sie zurück, und melden Sie sich dort neu an.",
  other: "Das hat nicht geklappt: {code}",
  signOut: "Abmelden",
  signOutIntro: "Ein Klick beendet Ihre Sitzung hier.",
};

const ar: Texts = {
  signIn: "تسجيل الدخول",
  intro: "هذه بيئة التطوير. كلمة مرور {name} هي {password}.",
  identifier: "اسم المستخدم أو البريد الإلكتروني أو الهاتف",
  password: "كلمة المرور",
  secondFactor: "الخطوة الثانية",
  secondFactorIntro: "أدخل رمز تطبيق المصادقة أو أحد الرموز الاحتياطية.",
  code: "الرمز",
  proceed: "متابعة",
  error: "خطأ",
  wrong: "لا يوجد حساب بهذا الاسم وكلمة المرور.",
  wrongCode: "هذا الرمز غير صحيح. جرّب الرمز التالي.",
  locked: "محاولات كثيرة. هذا الحساب مقفل لبعض الوقت.",
  suspended: "هذا الحساب موقوف.",
  ended: "انتهت عملية الدخول هذه. ارجع من حيث أتيت وسجّل الدخول من جديد.",
  other: "لم ينجح ذلك: {code}",
  signOut: "تسجيل الخروج",
  signOutIntro: "ضغطة واحدة تنهي جلستك هنا.",
};

const all = { en, de, ar } as const;
type Language = keyof typeof all;

export type Speech = { language: Language; direction: "ltr" | "rtl"; texts: Texts };

const isLanguage = (text: string): text is Language => Object.hasOwn(all, text);

/**
 * The first language that there is.
 * @param wanted `ui_locales`, or else `Accept-Language`: tags with whatever between them, the best first.
 */
export function speechFor(wanted: string): Speech {
  const tags: string[] = wanted.toLowerCase().match(/[a-z]{2,3}(?=[-\s,;]|$)/g) ?? [];
  const language = tags.find(isLanguage) ?? "en";
  return { language, direction: language === "ar" ? "rtl" : "ltr", texts: all[language] };
}
