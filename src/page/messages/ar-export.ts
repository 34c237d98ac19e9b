/** Messages of the export: its page, and the page that lies in the file, in Arabic. */
import type { enExport } from "./en-export.ts";

export const arExport: Readonly<Record<keyof typeof enExport, string>> = {
  "event.account.exported": "تم تصدير كل ما هو محفوظ عنك",
  "export.title": "خذ بياناتك معك",
  "export.row": "كل ما نحتفظ به عنك، في ملف",
  "export.open": "تنزيل",
  "export.intro": "ملف واحد يحوي كل ما هو محفوظ عنك هنا ولدى خدمة تسجيل الدخول.",
  "export.inIt": "ما الذي فيه",
  "export.holds":
    "ملفك الشخصي وبياناتك الخاصة كاملة، وأين سُجّل دخولك، ومن سجّل الدخول، وتطبيقاتك وحساباتك المرتبطة، وكل ما حدث للحساب.",
  "export.two": "ملف ZIP فيه ملفان: account.html للقراءة وaccount.json للبرامج الأخرى.",
  "export.once": "مرة واحدة كل ساعة.",
  "export.careful": "لا شيء فيه مخفي. احفظه حيث لا يستطيع غيرك فتحه.",
  "export.start": "متابعة",
  "export.readyIntro": "لقد أثبتّ هويتك. يبدأ التنزيل عند الضغط على الزر.",
  "export.download": "تنزيل الملف",
  "export.soon":
    "لقد نزّلته خلال الساعة الماضية. يمكنك ذلك مجددًا بعد {minutes, plural, one {دقيقة واحدة} two {دقيقتين} few {# دقائق} other {# دقيقة}}.",
  "confirm.forExport": "لتسليم بياناتك:",
  "export.fileTitle": "حسابك لدى {name}",
  "export.made": "أُنشئ في {when}.",
  "export.beside": "الملف account.json بجانب هذه الصفحة يقول الشيء نفسه بكل التفاصيل.",
  "export.when": "متى",
  "export.until": "حتى",
  "export.what": "ماذا",
  "export.name": "الاسم",
  "export.browser": "المتصفح",
  "export.address": "عنوان الشبكة",
  "export.application": "التطبيق",
  "export.result": "النتيجة",
  "export.may": "الصلاحيات",
  "export.sessions": "أين سُجّل دخولك",
  "export.signIns": "عمليات تسجيل الدخول",
  "export.applications": "التطبيقات التي أذنت لها",
  "export.linked": "الحسابات المرتبطة",
  "export.factors": "العوامل الثانية",
  "export.memberships": "المؤسسات والأدوار",
  "export.tokens": "رموز الوصول الشخصية",
  "export.former": "قيم سابقة ما زال يمكن استعادتها",
  "export.withheld": "ما ليس فيه، ولماذا",
  "export.because.secret":
    "ما يفتح الحساب لمن يملكه: كلمة المرور والرموز وقيم ملفات تعريف الارتباط وأسرار العوامل الثانية.",
  "export.because.under_way":
    "ما يبقى دقائق أو حتى ينتهي أمر جارٍ: رموز أُرسلت، ورسائل ونماذج تنتظر، وأقفال، ونسخ من الإجابات.",
  "export.because.of_others": "ما تحتفظ به تطبيقات أخرى في حسابك لدى خدمة تسجيل الدخول بأسماء خاصة بها.",
  "export.because.technical": "ما يَعُدّ أو يفحص شيئًا لهذه الخدمة ولا يقول شيئًا عنك.",
};
