import { expect, test } from "vitest";
import { checkJson } from "../../src/http/strict-json.ts";
import { Refusal } from "../../src/problem.ts";

function refusalOf(text: string): Refusal | undefined {
  try {
    checkJson(text);
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
const keys = (count: number) => `{${Array.from({ length: count }, (_, index) => `"k${index}":0`).join(",")}}`;

test.each([
  ["an object", ' { "a" : [ 1 , -2.5e-3 , true , false , null ] , "b" : { } } \r\n\t'],
  ["escapes", String.raw`{"a":"\"\\\/\b\f\n\r\tä😀"}`],
  ["an astral character", '"😀"'],
  ["depth 8", nested(8)],
  ["200 keys", keys(200)],
  ["the same key in two objects", '[{"a":1},{"a":1}]'],
  ["the largest safe integer", "[9007199254740991,-9007199254740991]"],
  ["fractions", "[0.1,1.50,123456.789,1e2,1E+2,5e-324,0.30000000000000004]"],
  ["zero in every spelling", "[0,-0,0.0,-0.000,0e5,0E-400,0e400]"],
  ["a key that names a constructor", '{"constructor":{"prototype":1}}'],
])("accepts %s, as JSON.parse does", (_name, text) => {
  expect(refusalOf(text)).toBeUndefined();
  expect(() => JSON.parse(text)).not.toThrow();
});

test.each([
  ["nothing", ""],
  ["blanks", "  \n"],
  ["a word", "nul"],
  ["two values", "{} {}"],
  ["a trailing comma", '{"a":1,}'],
  ["a trailing comma in an array", "[1,]"],
  ["a missing comma", "[1 2]"],
  ["a missing colon", '{"a" 1}'],
  ["a key without quotes", "{a:1}"],
  ["single quotes", "{'a':1}"],
  ["an open string", '"abc'],
  ["an open escape", '"abc\\'],
  ["an unknown escape", String.raw`"\x41"`],
  ["half a unicode escape", String.raw`"\u00"`],
  ["a raw line break in a string", '"a\nb"'],
  ["a leading zero", "[01]"],
  ["a bare fraction", "[.5]"],
  ["a dangling fraction", "[1.]"],
  ["a plus sign", "[+1]"],
  ["a lone minus", "[-]"],
  ["hexadecimal", "[0x10]"],
  ["NaN", "[NaN]"],
  ["a comment", "/* */{}"],
  ["a byte order mark", "\uFEFF{}"],
  ["a form feed", "\f{}"],
  ["a no-break space", "\u00A0{}"],
  ["a duplicate key", '{"a":1,"a":2}'],
  ["a duplicate key spelled with an escape", String.raw`{"a":1,"\u0061":2}`],
  ["a duplicate key within", '{"a":[{"b":1,"b":1}]}'],
  ["__proto__", '{"__proto__":{"admin":true}}'],
  ["__proto__ spelled with an escape", String.raw`{"a":{"\u005f_proto__":1}}`],
  ["a raw U+0000", '"a\0"'],
  ["an escaped U+0000", String.raw`"a\u0000"`],
  ["U+0000 in a key", String.raw`{"\u0000":1}`],
  ["an escaped lone surrogate", String.raw`"\ud800"`],
  ["a surrogate pair turned round", String.raw`"\ude00\ud83d"`],
  ["a lone surrogate in a key", String.raw`{"\udc00":1}`],
  ["depth 9 without an end", "[".repeat(9)],
  ["depth 100,000 without an end", "[".repeat(100_000)],
  ["201 keys without an end", keys(201).slice(0, -1)],
])("refuses %s as malformed", (_name, text) => {
  expect(refusalOf(text)?.code).toBe("malformed_json");
});

test.each([
  ["depth 9", nested(9), "too_deep", "/0/0/0/0/0/0/0/0"],
  ["depth 9 through objects", `${'{"a":'.repeat(9)}{}${"}".repeat(9)}`, "too_deep", "/a/a/a/a/a/a/a/a"],
  ["depth 9 beside depth 8", `{"b":${nested(7)},"c":[${nested(7)}]}`, "too_deep", "/c/0/0/0/0/0/0/0"],
  ["depth 100,000", nested(100_000), "too_deep", "/0/0/0/0/0/0/0/0"],
  ["201 keys", keys(201), "too_many_keys", ""],
  ["201 keys over several objects", `[${keys(100)},${keys(100)},${keys(1)}]`, "too_many_keys", "/2"],
  ["100,000 keys", keys(100_000), "too_many_keys", ""],
])(
  "refuses %s as more than a body may hold, and does not call it malformed",
  (_name, text, code, pointer) => {
    const refusal = refusalOf(text);
    expect(refusal?.code).toBe("bad_request");
    expect(refusal?.detail.errors).toMatchObject([{ pointer, code }]);
  },
);

test.each([
  "52.520006599999996",
  "13.404953999999998",
  "0.5234567890123454",
  "0.12345678901234567",
  "0.10000000000000001",
  "-122.41941550000001",
  "1.10",
  "0.1000",
  "1.7976931348623157e308",
  "2.2250738585072014E-308",
  "4.9E-324",
  "6.02214076e23",
  "1E+22",
  "1.0E23",
  "10000000000000000",
  "9007199254740992",
  "-9007199254740992",
  "9007199254740991.0",
  `${2 ** 64}`,
  (0.1).toFixed(55),
  (52.5200066).toFixed(20),
  (1 / 3).toPrecision(40),
])("accepts %s, a form in which programs print a double", (text) => {
  expect(refusalOf(text)).toBeUndefined();
});

test("accepts every double with 15, 16, 17, 20 and 25 digits, as a number and in scientific notation", () => {
  for (let count = 0; count < 2_000; count += 1) {
    const double = Math.random() * 10 ** (count % 9);
    for (const digits of [15, 16, 17, 20, 25]) {
      expect(refusalOf(double.toPrecision(digits))).toBeUndefined();
      expect(refusalOf(double.toExponential(digits - 1))).toBeUndefined();
    }
  }
});

test.each([
  ['{"a":[0,1e400]}', "/a/1"],
  ['{"a/b":{"~":-1e400}}', "/a~1b/~0"],
  ["9007199254740993", ""],
  ["-9007199254740993", ""],
  ["9007199254740991.5", ""],
  ["12345678901234567890", ""],
  ["18446744073709551617", ""],
  ["3e-324", ""],
  ["9007199254740993.0", ""],
  ["1e-400", ""],
  ["0.1234567890123456789", ""],
  ["1.0000000000000000001", ""],
  [`0.${"1".repeat(50_000)}`, ""],
])("refuses a number that would change in silence: %.20s", (text, pointer) => {
  const refusal = refusalOf(text);
  expect(refusal?.code).toBe("validation_failed");
  expect(refusal?.detail.errors).toMatchObject([{ pointer, code: "number_out_of_range" }]);
});

test.each([
  ["quotes", `"${'\\"'.repeat(2_000_000)}"`, undefined],
  ["zeros", `[1${"0".repeat(4_000_000)}1]`, "validation_failed"],
  ["blanks", " ".repeat(4_000_000), "malformed_json"],
  ["brackets", "[".repeat(4_000_000), "malformed_json"],
  ["short arrays", `[${"[],".repeat(1_300_000)}[]]`, undefined],
])("comes to an end with 4 MB of %s, as only linear work does", (_name, text, code) => {
  expect(refusalOf(text)?.code).toBe(code);
});
