/** Ways to use a page: with the mouse, or with the keyboard alone. */
import type { Page } from "playwright-core";

export type Hands = {
  fill(page: Page, selector: string, text: string): Promise<void>;
  press(page: Page, selector: string): Promise<void>;
  /** @param name what the choice is called. */
  choose(page: Page, selector: string, name: string): Promise<void>;
};

export const mouse: Hands = {
  fill: (page, selector, text) => page.locator(selector).first().fill(text),
  press: (page, selector) => page.locator(selector).first().click(),
  async choose(page, selector, name) {
    await page.locator(selector).first().selectOption({ label: name });
  },
};

const mostStops = 90;

/** Goes on with the Tab key, as somebody does who cannot point. */
async function goTo(page: Page, selector: string): Promise<void> {
  for (let stop = 0; stop < mostStops; stop++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(`document.activeElement.matches(${JSON.stringify(selector)})`)) return;
  }
  throw new Error(`the Tab key does not reach ${selector} on ${page.url()}`);
}

export const keyboard: Hands = {
  async fill(page, selector, text) {
    await goTo(page, selector);
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type(text);
  },
  async press(page, selector) {
    await goTo(page, selector);
    await page.keyboard.press("Enter");
  },
  async choose(page, selector, name) {
    await goTo(page, selector);
    await page.keyboard.type(name);
  },
};
