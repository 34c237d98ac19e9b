/** The accent colour of `PAGE_ACCENT`, brought to shades that can be read on light and on dark ground. */

type Colour = readonly [number, number, number];

const white: Colour = [255, 255, 255];
const black: Colour = [0, 0, 0];
/** The grounds on which accent text stands: the lightest wash of a light page, the surface of a dark one. */
const lightGround: Colour = [234, 238, 252];
const darkGround: Colour = [29, 39, 71];
/** Contrast of text that everybody can read (WCAG 2.2, 1.4.3). */
const readable = 4.5;

const parse = (hex: string): Colour => {
  const at = (start: number) => Number.parseInt(hex.slice(start, start + 2), 16);
  return [at(1), at(3), at(5)];
};

const print = (colour: Colour) =>
  `#${colour.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;

function luminance(colour: Colour): number {
  const [red = 0, green = 0, blue = 0] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The contrast of two colours, from 1 to 21. */
function contrast(one: Colour, other: Colour): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const mix = (from: Colour, to: Colour, share: number): Colour => {
  const at = (index: 0 | 1 | 2) => from[index] + (to[index] - from[index]) * share;
  return [at(0), at(1), at(2)];
};

/** The colour itself, or as little towards `end` as makes it readable on the ground. */
function readableOn(colour: Colour, ground: Colour, end: Colour): Colour {
  for (let share = 0; share < 1; share += 0.05) {
    const candidate = mix(colour, end, share);
    if (contrast(candidate, ground) >= readable) return candidate;
  }
  return end;
}

/**
 * The rule that sets the accent.
 * @param hex `#rrggbb`.
 */
export function accentStyle(hex: string): string {
  const colour = parse(hex);
  const onFill = contrast(white, colour) >= readable ? white : black;
  const fill = onFill === black ? readableOn(colour, black, white) : colour;
  const text = `light-dark(${print(readableOn(colour, lightGround, black))}, ${print(readableOn(colour, darkGround, white))})`;
  return `:root { --accent-fill: ${print(fill)}; --on-accent: ${print(onFill)}; --accent: ${text};
  --wash: light-dark(color-mix(in srgb, ${hex} 10%, white), color-mix(in srgb, ${hex} 22%, #10141b)); }\n`;
}
