// What founders and the curious do with tokens, signed for real.
import assert from "node:assert/strict";
import { call, keys, launchAddress, logIn, member, unique } from "./chain.mjs";
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
    const { page, context, open, demo, axe, shot, allow } = story;
    // four fees of 10, and nothing more
    const founder = await member(demo, "founder", { [demo.network.utilityToken]: "40" });
    await logIn(story, founder);
    const symbol = unique("COIN").toUpperCase();
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
    const key = keys(demo, founder).active;
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
    await page.fill("dialog input[type=password]", key);
    await page.click("dialog button[type=submit]");
    await page.locator("[data-next]").waitFor();
    await shot("launched");
    await open(`/tokens/${symbol}`);
    await page.locator("#pool").waitFor();
    await open(`/tokens/${symbol}/manage`);
    await axe();
    await shot("manage");
  });

  at("says what a launch could not pay, and goes on when it can", async (story) => {
    const { page, open, demo, axe, shot } = story;
    const { utilityToken, engineAccount } = demo.network;
    // too little for the last of four fees
    const founder = await member(demo, "founder", { [utilityToken]: "35" });
    await logIn(story, founder);
    const symbol = unique("HALF").toUpperCase();
    const launch = async () => {
      await page.click("launch-calls button[type=submit]");
      await page.waitForSelector("dialog[open]");
      const sentences = await page.locator("dialog .sign-sentence").count();
      await page.fill("dialog input[type=password]", keys(demo, founder).active);
      await page.click("dialog button[type=submit]");
      return sentences;
    };
    await open(launchAddress(symbol));
    assert.equal(await launch(), 5);
    const more = page.getByRole("link", { name: "Go on with what is missing" });
    await more.waitFor();
    assert.match(await page.textContent("main"), /You do not have enough of the token in which fees are paid/);
    await axe();
    await shot("half-launched");
    await call(demo, engineAccount, ["tokens", "transfer", { symbol: utilityToken, to: founder, quantity: "5" }]);
    await more.click();
    await page.getByRole("heading", { name: "What it costs" }).waitFor();
    // the pool alone
    assert.equal(await launch(), 1);
    await page.locator("[data-next]").waitFor();
    await open(`/tokens/${symbol}`);
    await page.locator("#pool").waitFor();
  });

  at("shows what an issuer says as words, whatever it is", async ({ page, open, demo, axe, shot }) => {
    const symbol = unique("EVIL").toUpperCase();
    const hostile = `"><img src=x onerror="document.title='taken over'"><script>document.title='taken over'</script>`;
    const metadata = { url: "javascript:alert(1)", icon: "https://evil.example/pixel.png", desc: hostile.repeat(3) };
    await call(
      demo,
      demo.network.engineAccount,
      ["tokens", "create", { symbol, name: "Evil coin", precision: 3, maxSupply: "1000" }],
      ["tokens", "updateMetadata", { symbol, metadata }],
    );
    await open(`/tokens/${symbol}`);
    await page.locator("main", { hasText: "<img src=x" }).waitFor();
    assert.doesNotMatch(await page.title(), /taken over/);
    assert.equal(await page.locator('main img, main a[href^="javascript"]').count(), 0);
    await axe();
    await shot("hostile");
  });
});
