/** What the callback says where it cannot lead on. The pages of the account show it. */
import type { Context } from "hono";
import type { Env } from "../http/env.ts";

export type FaceName =
  | "cancelled"
  /** Opened a second time: by a double click, or by going back. */
  | "used"
  | "other_browser"
  | "expired"
  | "not_valid"
  | "refused"
  | "away"
  | "other_person"
  /** The person's credentials have changed while they showed that it is them. */
  | "outdated";

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
  c: Context<Env>,
) => Promise<{ body: string; headers: Record<string, string> }>;

export const faceStatus = ({ name }: Face) => (name === "away" ? 503 : 400);
