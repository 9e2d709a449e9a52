// What members do with their wallet, signed for real, on both kinds of main chain.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";

import { closeBrowser, openPage, startDemo } from "./harness.mjs";

for (const chain of ["steem", "hive"]) {
  describe(`wallet on ${chain}`, () => {
    let demo;
    let page;

    before(async () => {
      demo = await startDemo(chain);
      page = await openPage();
    });
    after(async () => {
      await closeBrowser();
      await demo?.stop();
    });

    afterEach(() => assert.deepEqual(page.problems.splice(0), []));

    const go = (path) => page.goto(new URL(path, demo.pages).href);
    const key = (name, role) => demo.account(name)[role];

    /** Submits the open form, agrees, and waits until the contract is done with it. */
    async function sign(activeKey) {
      await page.click("t-action form button[type=submit]");
      await page.waitForSelector("dialog[open]");
      const said = await page.textContent("dialog .sign-sentence");
      if (activeKey) await page.fill("dialog input[type=password]", activeKey);
      await page.click("dialog button[type=submit]");
      await page.waitForSelector("t-status[data-stage=done], t-status[data-stage=final], t-status[data-stage=failed]");
      return { said, stage: await page.getAttribute("t-status", "data-stage"), text: await page.textContent("t-status") };
    }

    async function figure(index) {
      return page.locator("#wallet-figures dd").nth(index).locator("data").getAttribute("value");
    }

    test("log in with the posting key; owner, active and foreign keys are refused", async () => {
      await go("/login");
      await page.click("t-login button");
      await page.fill("dialog input[name=username]", "bob");
      await page.check("dialog input[value=key]");
      const refuse = async (typed, expected) => {
        await page.fill("dialog input[type=password]", typed);
        await page.click("dialog button[type=submit]");
        await page.locator("dialog .sign-problem", { hasText: expected }).waitFor();
      };
      await refuse(key("bob", "owner"), "owner key");
      await refuse(key("bob", "active"), "active key of @bob");
      await refuse(key("bob", "memo"), "memo key");
      await refuse(key("carol", "posting"), "does not belong to @bob");
      await refuse("P" + key("bob", "posting"), "master password");
      await refuse("hello", "not a private key");
      await page.fill("dialog input[type=password]", key("bob", "posting"));
      await page.click("dialog button[type=submit]");
      await page.waitForURL("**/@bob/wallet");
      assert.match(await page.textContent("h1"), /My wallet/);
      // nothing that could be read holds the key
      const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
      assert.ok(!stored.includes(key("bob", "posting")), "the key lies about in the clear");
    });

    test("a transfer with a memo: first to nobody, then to carol", async () => {
      await go("/wallet/COOL?do=send");
      const before = await figure(1);
      await page.fill("#to", "nobody-here");
      await page.fill("#quantity", "1.2345");
      await page.fill("#memo", "for lunch");
      await page.click("t-action form button[type=submit]");
      await page.locator("#to[aria-invalid=true]").waitFor();
      assert.match(await page.textContent(".field:has(#to) .error"), /no account @nobody-here/);
      assert.match(await page.textContent(".field:has(#quantity) .error"), /At most 3 decimals/);
      await page.fill("#to", "carol");
      await page.fill("#quantity", "1.25");
      await page.fill("#memo", key("bob", "active"));
      await page.click("t-action form button[type=submit]");
      await page.locator("#memo[aria-invalid=true]").waitFor();
      await page.fill("#memo", "for lunch");
      const { said, stage } = await sign(key("bob", "active"));
      assert.equal(said, "Send 1.25 COOL to carol");
      assert.notEqual(stage, "failed");
      await page.waitForFunction((before) => document.querySelectorAll("#wallet-figures dd data")[1].value !== before, before);
      await page.waitForSelector("t-status[data-stage=final]");
    });

    test("what a contract refuses is said in plain words, and the form keeps what was typed", async () => {
      await go("/wallet/COOL?do=send");
      await page.fill("#to", "carol");
      // more than there is: the check of the field is taken away, the contract's stays
      await page.evaluate(() => delete document.querySelector("#quantity").dataset.max);
      await page.fill("#quantity", "99999999");
      const { stage, text } = await sign(key("bob", "active"));
      assert.equal(stage, "failed");
      assert.match(text, /You do not have enough of this token/);
      assert.match(text, /overdrawn balance/);
      assert.equal(await page.inputValue("#to"), "carol");
    });

    test("stake, unstake, and cancel the unstake", async () => {
      await go("/wallet/COOL?do=stake");
      const [total, staked] = [await figure(0), await figure(2)];
      await page.fill("#quantity", "10");
      assert.equal((await sign(key("bob", "active"))).said, "Stake 10 COOL");
      await go("/wallet/COOL?do=unstake");
      assert.equal(Number(await figure(2)), Number(staked) + 10);
      await page.fill("#quantity", "8");
      assert.equal((await sign(key("bob", "active"))).said, "Begin to unstake 8 COOL");
      await go("/wallet/COOL?do=send");
      assert.equal(await figure(0), total, "unstaking changes the total");
      await page.locator("#wallet-pending t-action button").first().click();
      await page.waitForSelector("dialog[open]");
      await page.fill("dialog input[type=password]", key("bob", "active"));
      await page.click("dialog button[type=submit]");
      await page.waitForFunction(() => !document.querySelector("#wallet-pending t-action"), undefined, { timeout: 20_000 });
      assert.equal(await figure(0), total);
      assert.equal(Number(await figure(2)), Number(staked) + 10);
    });

    test("delegate and take back", async () => {
      await go("/wallet/COOL?do=delegate");
      await page.fill("#to", "bob");
      await page.fill("#quantity", "2");
      await page.click("t-action form button[type=submit]");
      await page.locator("#to[aria-invalid=true]").waitFor();
      await page.fill("#to", "erin");
      assert.equal((await sign(key("bob", "active"))).said, "Delegate 2 COOL of your stake to erin");
      await go("/wallet/COOL?do=undelegate&to=erin");
      await page.fill("#quantity", "2");
      assert.equal((await sign(key("bob", "active"))).said, "Take back 2 COOL that you delegated to erin");
      await go("/wallet");
      await page.locator("#undelegations").waitFor();
    });

    test("deposit and withdraw", async () => {
      await go("/wallet/deposit");
      await page.fill("#quantity", "20");
      const coin = chain === "hive" ? "HIVE" : "STEEM";
      assert.match((await sign(key("bob", "active"))).said, new RegExp(`send 20\\.000 ${coin} to`));
      await go("/wallet/withdraw");
      await page.fill("#quantity", "0.001");
      await page.click("t-action form button[type=submit]");
      await page.locator("#quantity[aria-invalid=true]").waitFor();
      await page.fill("#quantity", "5");
      assert.match((await sign(key("bob", "active"))).said, /^Withdraw 5/);
      await go("/wallet/withdraw");
      await page.locator("#waiting").waitFor();
    });

    test("strangers look and cannot touch", async () => {
      await go("/@carol/wallet");
      assert.equal(await page.locator("main t-action, main .row-actions").count(), 0);
      await go("/@carol/wallet/COOL");
      assert.equal(await page.locator("main t-action").count(), 0);
    });

    test("a demo account needs no key; accounts are switched and left", async () => {
      await page.click("t-account summary");
      await page.click("t-account [data-add]");
      await page.click("dialog .login-demo button:has-text('@dave')");
      await page.waitForFunction(() => document.querySelector("t-account [data-name]")?.textContent === "dave");
      await go("/wallet/COOL?do=send");
      await page.fill("#to", "bob");
      await page.fill("#quantity", "0.5");
      assert.notEqual((await sign()).stage, "failed");
      await page.click("t-account summary");
      await page.click("t-account [data-others] button:has-text('@bob')");
      await page.waitForFunction(() => document.querySelector("t-account [data-name]")?.textContent === "bob");
      for (const name of ["bob", "dave"]) {
        await page.click("t-account summary");
        await page.click("t-account [data-leave]");
        await page.waitForFunction((name) => document.querySelector("t-account [data-name]")?.textContent !== name, name);
      }
      await go("/wallet");
      assert.match(await page.textContent("main"), /Log in to see your wallet/);
      assert.equal(await page.evaluate(() => sessionStorage.length), 0);
    });

    test("Keychain: not there, late, locked, of another account, and signing", async () => {
      // an extension that signs with the page's own means, and does what the test says
      await page.addInitScript(
        ({ flavor }) => {
          setTimeout(() => {
            window[`${flavor}_keychain`] = {
              requestSignTx: (account, transaction, key, callback) => {
                window.__asked = { account, key };
                callback(window.__answer?.(transaction) ?? { success: false, error: "locked", message: "The wallet is locked!" });
              },
            };
          }, 800);
        },
        { flavor: chain },
      );
      await go("/login");
      await page.click("t-login button");
      await page.locator("dialog", { hasText: "Found in this browser" }).waitFor();
      await page.fill("dialog input[name=username]", "bob");
      await page.check("dialog input[value=keychain]");
      await page.click("dialog button[type=submit]");
      await page.waitForURL("**/@bob/wallet");
      await go("/wallet/COOL?do=send");
      await page.fill("#to", "carol");
      await page.fill("#quantity", "1");
      await page.click("t-action form button[type=submit]");
      await page.waitForSelector("dialog[open]");
      await page.click("dialog button[type=submit]");
      await page.locator("dialog .sign-problem", { hasText: "is locked" }).waitFor();
      assert.deepEqual(await page.evaluate(() => window.__asked), { account: "bob", key: "Active" });
      await page.evaluate(() => {
        window.__answer = () => ({ success: false, error: "user_error", message: "The account was not found in the wallet" });
      });
      await page.click("dialog button[type=submit]");
      await page.locator("dialog .sign-problem", { hasText: "does not have the active key of @bob" }).waitFor();
    });
  });
}
