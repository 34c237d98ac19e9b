/** Stricter JSON for request bodies: it refuses what `JSON.parse` would drop, merge or round without an error. */
import { jsonPointer } from "../json.ts";
import { Refusal } from "../problem.ts";
import { fitsDouble } from "./json-number.ts";

const maxDepth = 8;
const maxKeys = 200;

const quote = 0x22;
const backslash = 0x5c;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const literals = ["true", "false", "null"] as const;

/**
 * Checks a whole text in one pass. `JSON.parse` then reads exactly what was sent.
 * @throws {Refusal} `malformed_json` for bad syntax, a duplicate key, `__proto__`, U+0000, a lone surrogate; `bad_request`
 * with a pointer for more than 8 levels or 200 keys; `validation_failed` with a pointer for a number that a double
 * cannot hold.
 */
export function checkJson(text: string): void {
  new Scanner(text).document();
}

const malformed = () => new Refusal("malformed_json");

class Scanner {
  readonly #text: string;
  readonly #path: (string | number)[] = [];
  #at = 0;
  #keys = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): void {
    this.#value();
    this.#space();
    if (this.#at !== this.#text.length) throw malformed();
  }

  /** Recursion ends at `maxDepth`, so a deep text costs no more than a flat one. */
  #value(): void {
    this.#space();
    const character = this.#text[this.#at];
    if (character === "{") this.#members();
    else if (character === "[") this.#elements();
    else if (character === '"') this.#string();
    else if (character === "-" || (character !== undefined && character >= "0" && character <= "9"))
      this.#number();
    else this.#literal();
  }

  #members(): void {
    const seen = new Set<string>();
    this.#list("}", () => {
      this.#space();
      const key = this.#string();
      this.#keys += 1;
      if (seen.has(key) || key === "__proto__") throw malformed();
      if (this.#keys > maxKeys)
        throw this.#overLimit("too_many_keys", `A body may hold ${maxKeys} keys in all.`);
      seen.add(key);
      this.#space();
      if (!this.#take(":")) throw malformed();
      this.#path.push(key);
      this.#value();
      this.#path.pop();
    });
  }

  #elements(): void {
    let index = 0;
    this.#list("]", () => {
      this.#path.push(index);
      index += 1;
      this.#value();
      this.#path.pop();
    });
  }

  #list(end: "}" | "]", item: () => void): void {
    if (this.#path.length >= maxDepth) {
      throw this.#overLimit("too_deep", `A body may be nested ${maxDepth} levels deep.`);
    }
    this.#at += 1;
    this.#space();
    if (this.#take(end)) return;
    do {
      item();
      this.#space();
    } while (this.#take(","));
    if (!this.#take(end)) throw malformed();
  }

  /** Reads one string and returns its value. Keys are compared by value: `"a"` and `"\u0061"` are the same key. */
  #string(): string {
    const start = this.#at;
    if (!this.#take('"')) throw malformed();
    let escaped = false;
    for (let code = this.#code(); code !== quote; code = this.#code()) {
      if (Number.isNaN(code) || code < 0x20) throw malformed();
      escaped ||= code === backslash;
      this.#at += code === backslash ? 2 : 1;
    }
    this.#at += 1;
    const value = escaped
      ? unescaped(this.#text.slice(start, this.#at))
      : this.#text.slice(start + 1, this.#at - 1);
    if (!value.isWellFormed() || value.includes("\0")) throw malformed();
    return value;
  }

  #number(): void {
    number.lastIndex = this.#at;
    const written = number.exec(this.#text)?.[0];
    if (written === undefined) throw malformed();
    this.#at += written.length;
    if (!fitsDouble(written)) throw inexact(this.#path);
  }

  #literal(): void {
    const found = literals.find((literal) => this.#text.startsWith(literal, this.#at));
    if (found === undefined) throw malformed();
    this.#at += found.length;
  }

  #space(): void {
    for (let code = this.#code(); code === 0x20 || (code >= 0x09 && code <= 0x0d); code = this.#code()) {
      if (code === 0x0b || code === 0x0c) throw malformed();
      this.#at += 1;
    }
  }

  /** The rest is read only to tell a body that is too large from one that is no JSON at all. */
  #overLimit(code: string, message: string): Refusal {
    const errors = [{ pointer: jsonPointer(this.#path), code, message }];
    return isJson(this.#text) ? new Refusal("bad_request", { errors }) : malformed();
  }

  #take(character: string): boolean {
    const there = this.#text[this.#at] === character;
    if (there) this.#at += 1;
    return there;
  }

  #code(): number {
    return this.#text.charCodeAt(this.#at);
  }
}

function unescaped(literal: string): string {
  try {
    return String(JSON.parse(literal));
  } catch {
    throw malformed();
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function inexact(path: readonly (string | number)[]): Refusal {
  return new Refusal("validation_failed", {
    errors: [
      {
        pointer: jsonPointer(path),
        code: "number_out_of_range",
        message: "This number has more digits than can be kept, or is too large or too small.",
      },
    ],
  });
}
