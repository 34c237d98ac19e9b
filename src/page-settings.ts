/** The forms of the `PAGE_*` variables: the look of the account page. */
import * as z from "zod";

/** How the account page looks. */
export type PageSettings = {
  /** The name that people know the service by. */
  name: string;
  /** The URL of a picture; undefined for the first letter of the name. */
  logo: string | undefined;
  /** `#rrggbb`. */
  accent: string;
  /** Links at the foot of every page. */
  links: readonly { label: string; url: string }[];
  /** The URL of a style sheet that is loaded after ours. */
  stylesheet: string | undefined;
};

const webUrl = z
  .string()
  .refine(
    (value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol),
    "must be a web address, beginning with https://",
  );

const isWebUrl = (value: string) => webUrl.safeParse(value).success;

const links = z.string().transform((value, context) => {
  const items = value
    .split(",")
    .map((item) => item.trim())
    .filter(Boolean)
    .map((item) => {
      const [label = "", ...rest] = item.split("=");
      return { label: label.trim(), url: rest.join("=").trim() };
    });
  if (items.every(({ label, url }) => label !== "" && isWebUrl(url))) return items;
  context.addIssue({ code: "custom", message: "must be Label=https://…, comma-separated" });
  return z.NEVER;
});

/** The variables and their forms. */
export const pageVariables = {
  PAGE_NAME: z.string().trim().min(1).max(40, "must have at most 40 characters").prefault("Account"),
  PAGE_LOGO: webUrl.optional(),
  PAGE_ACCENT: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, "must be a colour as #rrggbb")
    .prefault("#3350d0"),
  PAGE_LINKS: links.prefault(""),
  PAGE_STYLESHEET: webUrl.optional(),
};

const variables = z.object(pageVariables);

/** Puts the variables together. */
export const pageSettings = (env: z.output<typeof variables>): PageSettings => ({
  name: env.PAGE_NAME,
  logo: env.PAGE_LOGO,
  accent: env.PAGE_ACCENT,
  links: env.PAGE_LINKS,
  stylesheet: env.PAGE_STYLESHEET,
});
