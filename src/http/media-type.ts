/** The `Content-Type` of a request (RFC 9110, section 8.3). Parameters other than the charset have no meaning here. */

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const type = new RegExp(`^[ \\t]*(${token}/${token})[ \\t]*`);
/** A semicolon, and then a parameter, a name without a value, or nothing. */
const parameter = new RegExp(
  `;[ \\t]*(?:(${token})[ \\t]*(?:=[ \\t]*(?:(${token})|"((?:[^"\\\\]|\\\\.)*)")?)?)?[ \\t]*`,
  "y",
);

/** UTF-8 by its names, and ASCII, which is a part of it. */
const readAsUtf8 = new Set(["utf-8", "utf8", "us-ascii", "ascii"]);

/** Whether the name of a charset stands for UTF-8 or a part of it. */
export const isReadAsUtf8 = (charset: string): boolean => readAsUtf8.has(charset.toLowerCase());

/**
 * @returns the type in lower case and the value of every charset parameter; undefined for anything but one media type,
 * such as a list of two.
 */
export function parseMediaType(text: string): { type: string; charsets: string[] } | undefined {
  const [start, name = ""] = type.exec(text) ?? [];
  if (start === undefined) return undefined;
  const charsets: string[] = [];
  let at = start.length;
  while (at < text.length) {
    parameter.lastIndex = at;
    const [whole, parameterName, word, quoted] = parameter.exec(text) ?? [];
    if (whole === undefined) return undefined;
    const value = word ?? quoted?.replaceAll(/\\(.)/g, "$1");
    if (parameterName?.toLowerCase() === "charset" && value !== undefined) charsets.push(value);
    at += whole.length;
  }
  return { type: name.toLowerCase(), charsets };
}
