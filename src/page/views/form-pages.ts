/** Every form over fields of the catalogue: its title, its fields, where it leads. */
import type { FieldEntry } from "../../fields/catalogue.ts";
import { controlOf, fieldsOn, labelOf, type PageName } from "../forms/controls.ts";
import type { Page } from "../page.ts";
import type { FormPage } from "./form-page.ts";

const overview = { path: "/account", key: "nav.overview" } as const;

/** The form of a page with several fields, or with one that has a page to itself. */
export function formPageOf(
  { t }: Pick<Page, "t">,
  name: Exclude<PageName, "picture" | "email" | "phone" | "private">,
): FormPage {
  const fields = fieldsOn(name).filter((field) => controlOf(field) !== "none");
  switch (name) {
    case "profile":
      return {
        action: "/account/profile",
        section: "profile",
        title: t.text("profile.title"),
        intro: t.text("profile.intro"),
        fields,
        back: overview,
      };
    case "address":
      return {
        action: "/account/address",
        section: "address",
        title: t.text("address.title"),
        intro: t.text("address.intro"),
        fields,
        back: overview,
      };
    case "preferences":
      return {
        action: "/account/preferences",
        section: "preferences",
        title: t.text("preferences.title"),
        intro: t.text("preferences.intro"),
        fields,
        back: overview,
      };
    case "username":
      return {
        action: "/account/username",
        section: "signIn",
        title: t.text("username.title"),
        intro: t.text("username.intro"),
        fields,
        back: { path: "/account/sign-in", key: "nav.signIn" },
      };
  }
}

/** The form of one private detail. @param name of a business field. @returns undefined for any other name. */
export function privateFormOf({ t }: Pick<Page, "t">, name: string): FormPage | undefined {
  const field = privateField(name);
  if (!field || ["none", "list"].includes(controlOf(field))) return undefined;
  return {
    action: "/account/private",
    section: "private",
    title: labelOf(t, field),
    intro: t.text(controlOf(field) === "address" ? "address.intro" : "private.intro"),
    fields: [field],
    back: { path: "/account/private", key: "nav.private" },
    hidden: { field: name },
  };
}

export const privateField = (name: string): FieldEntry | undefined =>
  fieldsOn("private").find((field) => field.name === name);
