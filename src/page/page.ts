/** What every page knows: whose it is, in which language, and how it names its own addresses. */
import type { Caller } from "../caller.ts";
import type { PageSettings } from "../page-settings.ts";
import type { Services } from "../services.ts";
import type { Language, Translate } from "./messages/messages.ts";

/** What pages have before anybody is known. */
export type Visit = {
  t: Translate;
  language: Language;
  settings: PageSettings;
  /** An address of this service, behind the path prefix if there is one. */
  href(path: string): string;
  /** The page itself, for forms that come back to it; a path without the prefix. */
  path: string;
  /** The addresses of the style sheet and the script, which change with their content. */
  assets: { style: string; script: string };
  requestId: string;
};

/** A page of somebody who is signed in. */
export type Page = Visit & {
  services: Services;
  caller: Caller;
  /** Goes into every form and binds it to this session. */
  formToken: string;
};

/** What stands in the frame of a page. */
export type Section = "overview" | "profile" | "address" | "signIn" | "private" | "preferences" | "activity";

/** The sections in their order, with their paths. */
export const sections: Readonly<Record<Section, string>> = {
  overview: "/account",
  profile: "/account/profile",
  address: "/account/address",
  signIn: "/account/sign-in",
  private: "/account/private",
  preferences: "/account/preferences",
  activity: "/account/activity",
};
