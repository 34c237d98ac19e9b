import { readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { setVariables } from "../../scripts/lib/variables-file.ts";
import { createFolder } from "./workplace.ts";

const two = { ID: "i", SECRET: "s" };

async function afterwards(text: string) {
  const folder = await createFolder();
  const file = join(folder, ".env");
  await writeFile(file, text);
  await setVariables(file, two);
  expect(await readdir(folder)).toEqual([".env"]);
  return readFile(file, "utf8");
}

test.each([
  ["an empty file", "", "ID=i\nSECRET=s\n"],
  ["a last line without an end", "A=1", "A=1\nID=i\nSECRET=s\n"],
  ["Windows line ends", "A=1\r\nID=0\r\n", "A=1\r\nID=i\r\nSECRET=s\r\n"],
  ["an exported line", "export ID=0\nA=1\n", "ID=i\nA=1\nSECRET=s\n"],
  ["a repeated line", "ID=0\nA=1\nID=1\n", "ID=i\nA=1\nSECRET=s\n"],
  ["a commented line", "# ID=0\nOTHER_ID=1\n", "# ID=0\nOTHER_ID=1\nID=i\nSECRET=s\n"],
  [
    "names of an object's own members",
    "constructor=1\ntoString=2\n",
    "constructor=1\ntoString=2\nID=i\nSECRET=s\n",
  ],
])("sets two lines in %s", async (_what, before, after) => {
  expect(await afterwards(before)).toBe(after);
});

test("writes through a link", async () => {
  const folder = await createFolder();
  await writeFile(join(folder, "real"), "A=1\n");
  await symlink("real", join(folder, ".env"));
  await setVariables(join(folder, ".env"), two);
  expect(await readFile(join(folder, "real"), "utf8")).toBe("A=1\nID=i\nSECRET=s\n");
});

test("leaves a file alone whose quoted value spans such a line", async () => {
  const folder = await createFolder();
  const text = 'A="\nID=0\n"\n';
  await writeFile(join(folder, ".env"), text);
  await expect(setVariables(join(folder, ".env"), two)).rejects.toThrow("by hand");
  expect(await readFile(join(folder, ".env"), "utf8")).toBe(text);
});
