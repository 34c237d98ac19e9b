/** Messages of the page of notices, in Arabic. */
export const arNotices = {
  "notices.title": "الإشعارات",
  "notices.intro": "نراسلك عندما يتغير شيء في حسابك، لكي تلاحظ إن لم تكن أنت من فعل ذلك.",
  "notices.optional": "حسب اختيارك",
  "notices.always": "تصلك دائمًا",
  "notices.alwaysNote": "إنها تحمي حسابك، ولا يمكن لأحد إيقافها.",
  "notices.all": "جميعها",
  "notices.off":
    "{count, plural, one {نوع واحد متوقف} two {نوعان متوقفان} few {# أنواع متوقفة} many {# نوعًا متوقفًا} other {# نوع متوقف}}",
  "saved.notices": "تم تغيير إشعاراتك. ستصلك رسالة بشأن ذلك أيضًا.",
  "event.notices.changed": "تم تغيير الإشعارات",
  "data.title": "بياناتك",
};
