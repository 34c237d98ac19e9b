/** The frame of the tenant's own pages: one style sheet, no script, every width, light and dark. */
import { html, raw } from "hono/html";

export type Html = ReturnType<typeof html>;

export type FramedPage = {
  nonce: string;
  language: string;
  direction: "ltr" | "rtl";
  title: string;
  /** Whether something is wrong: the title of the window then says so first. */
  problem?: string | undefined;
  content: Html;
};

/** @returns the document. Its style carries the nonce. */
export const frame = ({ nonce, language, direction, title, problem, content }: FramedPage): Html =>
  html`<!doctype html>
<html lang="${language}" dir="${direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${problem ? `${problem}: ` : ""}${title} · dev tenant</title>
<style nonce="${nonce}">${raw(style)}</style>
</head>
<body>
<main>
<p class="mark" aria-hidden="true">D</p>
<h1>${title}</h1>
${content}
</main>
</body>
</html>`;

const style = `
  :root { color-scheme: light dark; --ink: light-dark(#14181f, #eef1f5); --muted: light-dark(#566071, #9ba6b5); --edge: light-dark(#8c96a5, #6b7787); --accent: light-dark(#2f49c4, #93a7ff); --bad: light-dark(#b3261e, #ff9a8f); }
  * { box-sizing: border-box; }
  body { margin: 0; min-height: 100vh; display: grid; grid-template-columns: minmax(0, 25rem); place-content: start center; padding: clamp(1rem, 10vh, 6rem) 1rem 2rem;
    background: light-dark(#f6f7f9, #0d1117); color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
  main { padding: clamp(1.25rem, 6vw, 2rem); background: light-dark(#fff, #151a21); border: 1px solid light-dark(#e2e6ec, #272f3a); border-radius: 0.875rem; }
  .mark { display: grid; place-items: center; width: 2.25rem; height: 2.25rem; margin: 0 0 1rem; border-radius: 0.5rem; background: #3350d0; color: #fff; font-weight: 700; }
  h1 { margin: 0; font-size: 1.5rem; line-height: 1.25; letter-spacing: -0.015em; text-wrap: balance; }
  :lang(ar) h1 { letter-spacing: 0; }
  .intro { margin: 0.375rem 0 1.5rem; color: var(--muted); font-size: 0.875rem; }
  code { font-size: 0.9375em; color: var(--ink); white-space: nowrap; }
  label, input, button { display: block; width: 100%; }
  label { font-size: 0.875rem; font-weight: 600; }
  input { min-height: 2.75rem; margin: 0.375rem 0 1.25rem; padding: 0.5rem 0.75rem; border: 1px solid var(--edge); border-radius: 0.625rem; background: light-dark(#fff, #1a2029); color: inherit; font: inherit; }
  [dir="rtl"] input { text-align: right; }
  input:hover { border-color: var(--ink); }
  input:focus { outline: 2px solid transparent; border-color: var(--accent); box-shadow: 0 0 0 3px color-mix(in srgb, var(--accent) 30%, transparent); }
  input[aria-invalid] { border-color: var(--bad); }
  button { min-height: 2.75rem; border: 1px solid transparent; border-radius: 0.625rem; background: #3350d0; color: #fff; font: inherit; font-weight: 650; cursor: pointer; }
  button:hover { background: #2c46b8; }
  button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
  [role=alert] { margin: 0 0 1.25rem; padding: 0.75rem 1rem; border: 1.5px solid var(--bad); border-radius: 0.625rem; background: light-dark(#fdf1f0, #2b1716); color: var(--bad); font-size: 0.875rem; font-weight: 600; }
  @media (forced-colors: active) { .mark { border: 1px solid; } input:focus { outline-color: Highlight; } }
`;
