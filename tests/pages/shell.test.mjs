import assert from "node:assert/strict";
import { suite } from "./support.mjs";

suite("shell", (at) => {
  at("shows the front page, which stays up to date", async ({ page, open, axe, shot }) => {
    await open("/");
    await page.getByRole("heading", { level: 1 }).waitFor();
    const head = page.locator("sync-state [data-head]");
    const before = await head.textContent();
    await page.waitForFunction(
      (before) => document.querySelector("sync-state [data-head]")?.textContent !== before,
      before,
    );
    // the demo's chain is faster than the clock on the wall, and nothing on it lies ahead of it
    await page.mouse.move(0, 0);
    const seen = await page.locator("#home time").first().getAttribute("datetime");
    await page.waitForFunction((seen) => document.querySelector("#home time")?.dateTime !== seen, seen);
    const times = await page.locator("#home time").allTextContents();
    assert.ok(times.length > 0);
    assert.deepEqual(times.filter((time) => time.startsWith("in ")), []);
    await axe();
    await shot("home");
    await page.emulateMedia({ colorScheme: "dark" });
    await axe("colours");
    await shot("home-dark");
  });

  at("says what happened in words", async ({ page, open }) => {
    await open("/");
    const first = page.locator(".told .told-what a").first();
    // both at once: the list goes on
    const { words, address } = await first.evaluate((link) => ({ words: link.innerText, address: link.getAttribute("href") }));
    assert.match(words, / /, "a sentence");
    await open(address);
    await page.locator("main").getByText(words).first().waitFor();
  });

  at("fits the narrowest screens", async ({ page, open }) => {
    await page.setViewportSize({ width: 320, height: 640 });
    for (const path of ["/", "/style", "/operator"]) {
      await open(path);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(wide, 0, `${path} is ${wide} pixels too wide`);
    }
  });

  at("shows every component, light and dark", async ({ page, open, axe, shot }) => {
    await open("/style");
    await axe();
    await shot("style-light");
    await page.emulateMedia({ colorScheme: "dark" });
    await axe("colours");
    await shot("style-dark");
  });

  at("keeps language and theme", async ({ page, open, axe }) => {
    await open("/style");
    await page.getByLabel("Language").selectOption("es");
    await page.getByLabel("Colours").selectOption("dark");
    await page.getByRole("button", { name: "Apply" }).click();
    await page.getByRole("heading", { level: 1, name: "Componentes" }).waitFor();
    assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
    assert.equal(await page.locator("html").getAttribute("lang"), "es");
    await axe();
  });

  at("says what to do where there is nothing", async ({ page, open, axe, shot, allow }) => {
    allow(/404/);
    await open("/no-such-page");
    await page.getByRole("heading", { level: 1, name: "There is nothing here" }).waitFor();
    await page.getByRole("link", { name: "To the front page" }).waitFor();
    await axe();
    await shot("not-found");
  });

  at("reads without a script", async ({ page, open }) => {
    await open("/");
    assert.match(await page.locator("main").innerText(), /UTC|20\d\d-/);
  }, { javaScriptEnabled: false });

  at("goes by keyboard", async ({ page, open }) => {
    await open("/");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement?.className), "skip");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement?.id), "main");
    await page.waitForFunction(() => customElements.get("search-box") !== undefined);
    await page.keyboard.press("/");
    assert.equal(await page.evaluate(() => document.activeElement?.id), "top-search");
  });
});
