/** The icons, drawn on a grid of 24 in one line width. Each stands beside a word and says nothing by itself. */
import { html, raw } from "hono/html";
import type { Html } from "../messages/messages.ts";

const paths = {
  overview: '<path d="M4 11.5 12 5l8 6.5V20h-5.5v-5h-5v5H4z"/>',
  profile: '<circle cx="12" cy="8" r="3.5"/><path d="M5 20c.6-3.6 3.4-5.5 7-5.5s6.4 1.9 7 5.5"/>',
  address:
    '<path d="M12 21s6.5-6 6.5-11a6.5 6.5 0 0 0-13 0c0 5 6.5 11 6.5 11z"/><circle cx="12" cy="10" r="2.25"/>',
  signIn: '<rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>',
  private:
    '<path d="M12 3.5 19 6v5.5c0 4.3-2.8 7.4-7 9-4.2-1.6-7-4.7-7-9V6z"/><path d="m9 12 2.25 2.25L15.5 10"/>',
  preferences:
    '<path d="M4 8h9M17 8h3M4 16h3M11 16h9"/><circle cx="15" cy="8" r="2"/><circle cx="9" cy="16" r="2"/>',
  activity: '<circle cx="12" cy="12" r="8"/><path d="M12 7.5V12l3 2"/>',
  signOut: '<path d="M14 4H6v16h8M10 12h10M16.5 8.5 20 12l-3.5 3.5"/>',
  check: '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
  warn: '<path d="M12 4 3 19.5h18zM12 10v4.5M12 17v.01"/>',
  back: '<path d="m14 6-6 6 6 6"/>',
} as const;

export type IconName = keyof typeof paths;

/** @param turns whether it points along the text and so turns round where text runs from right to left. */
export const icon = (name: IconName, turns = false): Html =>
  html`<svg viewBox="0 0 24 24" aria-hidden="true"${turns ? raw(' class="turns"') : ""}>${raw(paths[name])}</svg>`;
