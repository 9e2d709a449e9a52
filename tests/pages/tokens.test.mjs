// What founders and the curious do with tokens, signed for real.
import assert from "node:assert/strict";
import { call, find, keys, logIn, until } from "./chain.mjs";
import { suite } from "./support.mjs";

suite("tokens", (at) => {
  at("lists tokens, shows one, and finds an account among its holders", async ({ page, open, axe, shot }) => {
    await open("/tokens");
    await axe();
    await shot("list");
    await page.fill("#q", "cool");
    await page.click("main form button[type=submit]");
    await page.getByRole("link", { name: "COOL", exact: true }).first().click();
    await page.getByRole("heading", { level: 1, name: /COOL/ }).waitFor();
    await axe();
    await shot("token");
    await page.locator('a[href$="/richlist"]').click();
    await page.fill("#find", "bob");
    await page.click("main form button[type=submit]");
    await page.locator("tr.found").waitFor();
    await axe();
    await shot("richlist");
  });

  at("launches a token with a reward pool, step by step", async (story) => {
    const { page, context, open, demo, axe, shot, width, allow } = story;
    await logIn(story, "alice");
    const symbol = width === "phone" ? "PHONECOIN" : "DESKCOIN";
    const next = () => page.locator("main form .actions button[value]").last().click();
    await open("/launch");
    await page.fill("#symbol", "cool");
    await page.locator("#symbol-state .bad, #symbol-state .good").first().waitFor();
    await page.fill("#symbol", symbol.toLowerCase());
    await page.locator("#symbol-state", { hasText: `${symbol} is free` }).waitFor();
    await page.fill("#name", "A new coin");
    await axe();
    await shot("launch-1");
    // a key in a field goes nowhere: not into the address, not to the server
    const key = keys(demo, "alice").active;
    const sent = [];
    page.on("request", (request) => sent.push(request.url()));
    await page.fill("#desc", `mine is ${key}`);
    await page.locator(".field:has(#desc) .error", { hasText: "looks like a private key" }).waitFor();
    await next();
    assert.ok(![...sent, page.url()].some((url) => url.includes(key)), "the key was sent");
    await page.fill("#desc", "For those who like coins");
    // whoever loads the page anew in the middle has lost nothing
    await page.waitForURL(/desc=For\+those/);
    await page.reload();
    assert.equal(await page.inputValue("#name"), "A new coin");
    assert.equal(await page.inputValue("#desc"), "For those who like coins");
    await next();
    await page.fill("#max", "1000000");
    await page.fill("#issue", "1000");
    await axe();
    await next();
    await axe();
    await next();
    await page.check("input[name=with_pool][value=yes]");
    await page.locator("#launch-preview polyline").waitFor();
    await page.fill("#reward", "100");
    await page.locator("#launch-preview", { hasText: "2,400" }).waitFor();
    await axe();
    await shot("launch-4");
    await next();
    await page.getByRole("heading", { name: "What it costs" }).waitFor();
    await axe();
    await shot("launch-5");
    allow(/ERR_INTERNET_DISCONNECTED|Failed to load resource|EventSource/);
    await context.setOffline(true);
    await page.click("launch-calls button[type=submit]");
    await page.locator("t-status", { hasText: "This site cannot be reached" }).waitFor();
    await context.setOffline(false);
    await page.click("launch-calls button[type=submit]");
    await page.waitForSelector("dialog[open]");
    assert.equal(await page.locator("dialog .sign-sentence").count(), 6);
    await page.fill("dialog input[type=password]", keys(demo, "alice").active);
    await page.click("dialog button[type=submit]");
    if (width !== "phone") {
      // the first launch has left alice too little for the last fee
      await page.getByRole("link", { name: "Go on with what is missing" }).waitFor();
      assert.match(await page.textContent("main"), /You do not have enough of the token in which fees are paid/);
      await shot("half-launched");
      return;
    }
    await page.locator("[data-next]").waitFor();
    await shot("launched");
    await open(`/tokens/${symbol}`);
    await page.locator("#pool").waitFor();
    await open(`/tokens/${symbol}/manage`);
    await axe();
    await shot("manage");
  });

  at("shows what an issuer says as words, whatever it is", async ({ page, open, demo, axe, shot, width }) => {
    const symbol = width === "phone" ? "PHONECOIN" : "DESKCOIN";
    const hostile = `"><img src=x onerror="document.title='taken over'"><script>document.title='taken over'</script>`;
    const metadata = { url: "javascript:alert(1)", icon: "https://evil.example/pixel.png", desc: hostile.repeat(3) };
    call(demo, "alice", ["tokens", "updateMetadata", { symbol, metadata }]);
    await until("the description", async () => {
      const [row] = await find(demo, "tokens", "tokens", { symbol });
      return row?.metadata.includes("onerror");
    });
    await open(`/tokens/${symbol}`);
    await page.locator("main", { hasText: "<img src=x" }).waitFor();
    assert.doesNotMatch(await page.title(), /taken over/);
    assert.equal(await page.locator('main img, main a[href^="javascript"]').count(), 0);
    await axe();
    await shot("hostile");
  });
});
