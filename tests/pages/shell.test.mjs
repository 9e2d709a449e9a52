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
    await axe();
    await shot("home");
  });

  at("shows every component, light and dark", async ({ page, open, axe, shot }) => {
    await open("/style");
    await axe();
    await shot("style-light");
    await page.emulateMedia({ colorScheme: "dark" });
    await axe();
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
