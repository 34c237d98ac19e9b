import type { enUndo } from "./en-undo.ts";

/** What the pages say of putting something back, in Arabic. */
export const arUndo: Record<keyof typeof enUndo, string> = {
  "undo.title": "التراجع عن تغيير: {what}",
  "undo.intro": "في {when} (UTC) جرى تغيير في أحد الحسابات: {what}. وكان قبل ذلك {former}.",
  "undo.introAdded": "في {when} (UTC) جرت إضافة إلى أحد الحسابات: {what}. ولم يكن موجودًا قبل ذلك.",
  "undo.happens": "إذا استعدته",
  "undo.isAgain": "يعود {former}، مهما أصبح منذ ذلك الحين.",
  "undo.isRemoved": "يُزال من جديد.",
  "undo.signsOut": "يُسجَّل خروج كل من دخل إلى الحساب على جميع الأجهزة.",
  "undo.endsLinks": "يتوقف هذا الرابط وكل رابط مثله أُرسل بعده.",
  "undo.confirm": "استعادة",
  "undo.leave":
    "هل أنت من أجرى التغيير؟ أغلق هذه الصفحة إذن: لن يحدث شيء. يعمل الرابط مرة واحدة حتى {until} (UTC).",
  "undo.done": "عاد كما كان",
  "undo.doneIntro": "سُجِّل خروج الجميع، ولم يعد يُعتدّ بأي إثبات جرى منذ ذلك الحين.",
  "undo.doneNext": "إذا لم تكن أنت من أجرى التغيير: سجّل الدخول وعيّن كلمة مرور جديدة وراجع النشاط.",
  "undo.gone": "لا يمكن استخدام هذا الرابط",
  "undo.goneIntro": "استُخدم من قبل، أو هو قديم جدًا، أو استُعيد ما هو أقدم منه. لم يتغير شيء الآن.",
  "undo.takenTitle": "أصبح لدى شخص آخر",
  "undo.taken": "أصبح لدى حساب آخر، فلا يمكن استعادته. لم يتغير شيء.",
  "undo.last": "هو الوسيلة الوحيدة للدخول إلى الحساب، لذلك يبقى. لم يتغير شيء.",
  "undo.unknown": "لا نعرف بعد هل تمت الاستعادة. سيتضح ذلك خلال دقيقة: افتح الرابط عندها من جديد.",
  "saved.restored": "تمت الاستعادة. سُجِّل الخروج من جميع الأجهزة الأخرى.",
  "confirm.forUndo": "لاستعادته:",
  "event.profile.undone": "استُعيد: {what}",
  "event.identifier.restored": "استُعيد: {what}، وسُجِّل خروج الآخرين جميعًا",
  "client.undo-link": "رابط في رسالة",
};
