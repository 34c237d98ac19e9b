/** What the callback shows where it cannot lead on: a face for each case, and the plain page of each. */
import { html } from "hono/html";

const texts = {
  cancelled: ["The sign-in was cancelled", "Nothing has changed."],
  used: [
    "This sign-in is finished already",
    "It was opened a second time, for example by a double click or by going back.",
  ],
  other_browser: [
    "This sign-in belongs to another browser",
    "It can only be finished in the browser in which it began, and while that browser keeps its cookies.",
  ],
  expired: ["This sign-in took too long", "It has to be finished within an hour."],
  not_valid: ["This sign-in cannot be finished", "The address is not one to which our sign-in leads."],
  refused: ["The sign-in did not succeed", "The sign-in service did not let it pass."],
  away: ["The sign-in service does not answer", "Nothing is lost. Try again in a moment."],
  other_person: ["Somebody else signed in", "You were asked to show that it is you. Nothing has changed."],
  outdated: ["Your account has changed meanwhile", "Show once more that it is you."],
} as const satisfies Record<string, readonly [title: string, text: string]>;

export type FaceName = keyof typeof texts;

/** One of the callback's faces. The links are absolute URLs of this origin. */
export type Face = {
  name: FaceName;
  /** Begins the same sign-in again. */
  again: string;
  /** Where the person wanted to go. */
  back: string;
};

/** Shows a face. `headers` are those that the page needs beside the standard ones, such as its own CSP. */
export type FaceView = (
  face: Face,
  request: Request,
) => Promise<{ body: string; headers?: Record<string, string> }>;

export const faceStatus = ({ name }: Face) => (name === "away" ? 503 : 400);

/** The page of a service that has no pages of its own. */
export const plainFace: FaceView = async ({ name, again, back }) => {
  const [title, text] = texts[name];
  const page = html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <meta name="color-scheme" content="light dark">
    <title>${title}</title>
  </head>
  <body>
    <main>
      <h1>${title}</h1>
      <p>${text}</p>
      <p><a href="${again}">Sign in</a> · <a href="${back}">Back</a></p>
    </main>
  </body>
</html>
`;
  return { body: String(await page) };
};
