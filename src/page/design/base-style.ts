/** The style sheet, first part: colours, type, space, and the frame of a page. */
export const baseStyle = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f6f7f9, #0d1117);
  --surface: light-dark(#ffffff, #151a21);
  --raised: light-dark(#ffffff, #1a2029);
  --ink: light-dark(#14181f, #eef1f5);
  --muted: light-dark(#566071, #9ba6b5);
  --line: light-dark(#e2e6ec, #272f3a);
  --edge: light-dark(#8c96a5, #6b7787);
  --accent-fill: #3350d0;
  --on-accent: #ffffff;
  --accent: light-dark(#2f49c4, #93a7ff);
  --wash: light-dark(#eaeefc, #1d2747);
  --good: light-dark(#116240, #6fd6a2);
  --good-wash: light-dark(#e4f5ec, #10281d);
  --bad: light-dark(#b3261e, #ff9a8f);
  --bad-wash: light-dark(#fdf0ef, #2b1614);
  --warn: light-dark(#7a4b00, #f2c063);
  --warn-wash: light-dark(#fdf3df, #2b2110);
  --small: 0.8125rem;
  --label: 0.875rem;
  --body: 1rem;
  --large: 1.125rem;
  --title: clamp(1.5rem, 1.25rem + 1vw, 1.875rem);
  --radius: 0.625rem;
  --gap: 1rem;
  --ring: 0 0 0 3px color-mix(in srgb, var(--accent) 30%, transparent);
}
*, ::before, ::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding-block-start: 1.5rem; }
body {
  display: grid; grid-template: auto 1fr auto / minmax(0, 1fr); min-block-size: 100vh; min-block-size: 100dvh;
  margin: 0; background: var(--ground); color: var(--ink);
  font: var(--body)/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Noto Sans Arabic", sans-serif;
  overflow-wrap: break-word;
}
:lang(ar) { line-height: 1.7; }
h1, h2, h3, p, dl, dd, ol, ul, fieldset, legend { margin: 0; padding: 0; border: 0; min-inline-size: 0; }
ol, ul { list-style: none; }
h1 { font-size: var(--title); line-height: 1.2; font-weight: 700; letter-spacing: -0.015em; text-wrap: balance; }
h2 { font-size: var(--body); line-height: 1.4; font-weight: 650; }
:lang(ar) h1 { letter-spacing: 0; line-height: 1.4; }
a { color: var(--accent); text-underline-offset: 0.2em; }
button, input, select, textarea { font: inherit; color: inherit; letter-spacing: inherit; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 0.375rem; }
svg { inline-size: 1.125rem; block-size: 1.125rem; flex: none; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; }
[hidden] { display: none !important; }
.visually-hidden {
  position: absolute; inline-size: 1px; block-size: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}
.skip { position: absolute; inset-block-start: -4rem; inset-inline-start: 1rem; z-index: 2; padding: 0.625rem 1rem; background: var(--raised); border-radius: 0 0 var(--radius) var(--radius); }
.skip:focus { inset-block-start: 0; }

.top { background: var(--surface); border-block-end: 1px solid var(--line); }
.top-inner, .frame, .foot-inner { inline-size: 100%; max-inline-size: 68rem; margin-inline: auto; padding-inline: clamp(1rem, 4vw, 2.5rem); }
.top-inner { display: flex; align-items: center; gap: 1rem; min-block-size: 4rem; }
.brand { display: inline-flex; align-items: center; gap: 0.75rem; min-block-size: 2.75rem; font-weight: 650; color: inherit; text-decoration: none; min-inline-size: 0; }
.brand img { block-size: 1.875rem; inline-size: auto; max-inline-size: 9rem; }
.mark { display: grid; place-items: center; inline-size: 1.875rem; block-size: 1.875rem; border-radius: 0.5rem; background: var(--accent-fill); color: var(--on-accent); font-weight: 700; flex: none; }
.who { display: flex; align-items: center; gap: 0.75rem; margin-inline-start: auto; min-inline-size: 0; color: var(--muted); font-size: var(--label); }
.who-name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.face { display: grid; place-items: center; inline-size: 2.25rem; block-size: 2.25rem; border-radius: 50%; background: var(--wash); color: var(--accent); font-size: var(--small); font-weight: 700; flex: none; }
.sign-out { display: inline-flex; align-items: center; gap: 0.5rem; }

.frame { display: grid; grid-template-columns: 12.5rem minmax(0, 1fr); gap: clamp(2rem, 4vw, 3.5rem); padding-block: 2.25rem 4rem; align-items: start; align-content: start; }
.frame.plain { align-content: start; grid-template-columns: minmax(0, 30rem); justify-content: center; padding-block-start: clamp(2rem, 9vh, 5rem); }
.sections { display: grid; gap: 0.125rem; position: sticky; inset-block-start: 1.5rem; }
.sections a { display: flex; align-items: center; gap: 0.75rem; min-block-size: 2.75rem; padding-inline: 0.75rem; border-radius: 0.5rem; color: var(--muted); text-decoration: none; font-size: 0.9375rem; }
.sections a:hover { color: var(--ink); background: color-mix(in srgb, var(--ink) 5%, transparent); }
.sections [aria-current] { scroll-initial-target: nearest; color: var(--accent); background: var(--wash); font-weight: 650; }
.content { display: grid; gap: 1.5rem; min-inline-size: 0; }
.content:focus { outline: none; }
.head { display: grid; gap: 0.375rem; }
.intro { color: var(--muted); max-inline-size: 60ch; text-wrap: pretty; }
.back { display: inline-flex; align-items: center; gap: 0.25rem; min-block-size: 1.75rem; font-size: var(--label); color: var(--muted); text-decoration: none; justify-self: start; }
.back:hover { color: var(--ink); text-decoration: underline; }
.back svg { inline-size: 1rem; block-size: 1rem; }
:dir(rtl) .turns { scale: -1 1; }

.foot { border-block-start: 1px solid var(--line); color: var(--muted); font-size: var(--label); }
.foot-inner { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; align-items: center; justify-content: space-between; padding-block: 0.75rem; }
.foot ul, .languages { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; align-items: center; }
.foot a, .languages button { display: inline-flex; align-items: center; min-block-size: 2.75rem; color: inherit; text-decoration: none; background: none; border: 0; padding: 0; cursor: pointer; }
.foot a:hover, .languages button:hover { color: var(--ink); text-decoration: underline; text-underline-offset: 0.2em; }
.languages [aria-pressed="true"] { color: var(--ink); font-weight: 650; }

@media (max-width: 52rem) {
  .frame { grid-template-columns: minmax(0, 1fr); gap: 1.5rem; padding-block: 0.75rem 3rem; }
  .sections { position: static; display: flex; gap: 0.25rem; overflow-x: auto; scroll-snap-type: x proximity; margin-inline: calc(-1 * clamp(1rem, 4vw, 2.5rem)); padding: 0.25rem clamp(1rem, 4vw, 2.5rem); scrollbar-width: none; }
  .sections li { flex: none; scroll-snap-align: center; }
  .sections a { min-block-size: 2.75rem; white-space: nowrap; }
  .who-name { display: none; }
}
@media (max-width: 26rem) { .sign-out span { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); } }
`;
