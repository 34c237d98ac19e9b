/** The page of the picture, in Chromium: a photo is made small by the script, and without it the page says what to do. */
import { randomBytes } from "node:crypto";
import { deflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { signIn, useAccountPage } from "../support/account-page.ts";
import { bytesOf, png, pngChunk, pngEnd, pngHeader, pngStart } from "../support/pictures.ts";

const account = useAccountPage();

const asFile = (bytes: Uint8Array) => ({ name: "a.png", mimeType: "image/png", buffer: Buffer.from(bytes) });

/** Noise, which no encoder makes small. */
function photo(width: number, height: number): Uint8Array {
  const lines = Buffer.concat(
    Array.from({ length: height }, () => Buffer.concat([Buffer.from([0]), randomBytes(3 * width)])),
  );
  return bytesOf(
    pngStart,
    pngHeader({ width, height, colourType: 2 }),
    pngChunk("IDAT", deflateSync(lines, { level: 1 })),
    pngEnd,
  );
}

test("a photo is cut to a square and made small before it is sent, and shown where it is held", {
  timeout: 180_000,
}, async () => {
  const page = await account.open();
  await signIn(account, page, "alice");
  await page.goto("/account/picture");
  await page.setInputFiles("#picture", asFile(photo(900, 700)));
  await page.locator("[data-preview] canvas").waitFor();
  await page.locator("main form .primary").click();
  await page.waitForURL(/\/account\?saved=/);
  const shown = "document.querySelector('img.portrait')";
  expect(await page.evaluate(`[${shown}.naturalWidth, ${shown}.naturalHeight]`)).toEqual([512, 512]);
  const { avatar } = (await account.as("alice")("GET", "/me")).body;
  const served = await fetch(avatar);
  expect(served.headers.get("content-type")).toBe("image/jpeg");
  expect((await served.arrayBuffer()).byteLength).toBeLessThanOrEqual(131_072);
  await page.goto("/account/picture");
  await page.locator(".portrait-now button").click();
  await page.waitForURL(/\/account\?saved=/);
  expect((await fetch(avatar)).status).toBe(404);
  await page.context().close();
});

const sentAsTheyAre: readonly [what: string, bytes: Uint8Array, said: string][] = [
  ["one that is too large", photo(600, 400), "larger than 512"],
  ["one of more than a mebibyte", photo(900, 700), "larger than 512"],
  ["one that moves", png({}, pngChunk("acTL", [0, 0, 0, 2, 0, 0, 0, 0])), "moving picture"],
  ["one with something behind it", bytesOf(png(), "<script>"), "damaged"],
  ["a small one", png({ width: 64, height: 64 }), "Picture changed."],
];

test("without the script a file is sent as it is, and the page says what is wrong with it", {
  timeout: 180_000,
}, async () => {
  const page = await account.open({ javaScriptEnabled: false });
  await signIn(account, page, "bob");
  for (const [what, bytes, said] of sentAsTheyAre) {
    await page.goto("/account/picture");
    await page.setInputFiles("#picture", asFile(bytes));
    await page.locator("main form .primary").click();
    await page.getByText(said).first().waitFor();
    expect([what, await page.locator("main").innerText()]).toEqual([what, expect.stringContaining(said)]);
  }
  await page.context().close();
});
