// What members do with their wallet, signed for real, on both kinds of main chain.
import assert from "node:assert/strict";
import { keys, logIn } from "./chain.mjs";
import { suite } from "./support.mjs";

/** Submits the open form, reads what is going to be signed, agrees, and waits until the contract is done with it. */
async function sign({ page }, activeKey) {
  await page.click("t-action form button[type=submit]");
  await page.waitForSelector("dialog[open]");
  const said = await page.textContent("dialog .sign-sentence");
  if (activeKey) await page.fill("dialog input[type=password]", activeKey);
  await page.click("dialog button[type=submit]");
  const ended = "t-status:is([data-stage=done], [data-stage=final], [data-stage=failed])";
  await page.waitForSelector(ended);
  return { said, stage: await page.getAttribute(ended, "data-stage"), text: await page.textContent(ended) };
}

/** A figure of the token's page: 0 in all, 1 liquid, 2 staked, 3 unstaking. */
function figure({ page }, index) {
  return page.locator("#wallet-figures dd").nth(index).locator("data").getAttribute("value");
}

const journeys = (chain) => (at) => {
  at("logs in with the posting key and refuses all others", async (story) => {
    const { page, open, demo, axe, shot } = story;
    const own = keys(demo, "bob");
    await open("/login");
    await axe();
    await page.click("t-login button");
    await page.fill("dialog input[name=username]", "bob");
    await page.check("dialog input[value=key]");
    await axe();
    await shot("login");
    const refuse = async (typed, expected) => {
      await page.fill("dialog input[type=password]", typed);
      await page.click("dialog button[type=submit]");
      await page.locator("dialog .sign-problem", { hasText: expected }).waitFor();
    };
    await refuse(own.owner, "owner key");
    await refuse(own.active, "active key of @bob");
    await refuse(own.memo, "memo key");
    await refuse(keys(demo, "carol").posting, "does not belong to @bob");
    await refuse(`P${own.posting}`, "master password");
    await refuse("hello", "not a private key");
    await page.fill("dialog input[type=password]", own.posting);
    await page.click("dialog button[type=submit]");
    await page.waitForURL("**/@bob/wallet");
    await page.getByRole("heading", { level: 1, name: "My wallet" }).waitFor();
    const stored = await page.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]),
    );
    assert.ok(!stored.includes(own.posting), "the key lies about in the clear");
    await axe();
    await shot("balances");
  });

  at("sends with a memo: first to nobody, then to carol", async (story) => {
    const { page, open, demo, axe, shot, allow } = story;
    allow(/404/); // the account that is not there
    await logIn(story, "bob");
    await open("/wallet/COOL?do=send");
    const before = await figure(story, 1);
    await page.fill("#to", "nobody-here");
    await page.fill("#quantity", "1.2345");
    await page.fill("#memo", "for lunch");
    await page.click("t-action form button[type=submit]");
    await page.locator("#to[aria-invalid=true]").waitFor();
    assert.match(await page.textContent(".field:has(#to) .error"), /no account @nobody-here/);
    assert.match(await page.textContent(".field:has(#quantity) .error"), /At most 3 decimals/);
    await axe();
    await shot("send-wrong");
    await page.fill("#to", "carol");
    await page.fill("#quantity", "1.25");
    await page.fill("#memo", keys(demo, "bob").active);
    await page.click("t-action form button[type=submit]");
    await page.locator("#memo[aria-invalid=true]").waitFor();
    await page.fill("#memo", "for lunch");
    const { said, stage } = await sign(story, keys(demo, "bob").active);
    assert.equal(said, "Send 1.25 COOL to carol");
    assert.notEqual(stage, "failed");
    // the figures follow by themselves
    await page.waitForFunction(
      (before) => document.querySelectorAll("#wallet-figures dd data")[1].value !== before,
      before,
    );
    await page.waitForSelector("t-status[data-stage=final]");
    await axe();
    await shot("sent");
    await open("/wallet/history");
    await page.locator("tr", { hasText: "for lunch" }).first().waitFor();
    await axe();
    await shot("history");
    const csv = await page.request.get(new URL(await page.getAttribute("#csv", "href"), page.url()).href);
    assert.match(await csv.text(), /^timestamp,.*\n.*tokens_transfer/);
  });

  at("says in plain words what a contract refuses, and keeps what was typed", async (story) => {
    const { page, open, demo, axe, shot } = story;
    await logIn(story, "bob");
    await open("/wallet/COOL?do=send");
    await page.fill("#to", "carol");
    // more than there is: the field's check is taken away, the contract's stays
    await page.evaluate(() => delete document.querySelector("#quantity").dataset.max);
    await page.fill("#quantity", "99999999");
    await page.click("t-action form button[type=submit]");
    await page.waitForSelector("dialog[open]");
    await axe();
    await shot("confirm");
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog", { state: "detached" });
    const { stage, text } = await sign(story, keys(demo, "bob").active);
    assert.equal(stage, "failed");
    assert.match(text, /You do not have enough of this token/);
    assert.match(text, /overdrawn balance/);
    assert.equal(await page.inputValue("#to"), "carol");
    await axe();
    await shot("failed");
  });

  at("stakes, unstakes, and cancels the unstake", async (story) => {
    const { page, open, demo, axe, shot } = story;
    const { active } = keys(demo, "bob");
    await logIn(story, "bob");
    await open("/wallet/COOL?do=stake");
    const [total, staked] = [await figure(story, 0), await figure(story, 2)];
    await page.fill("#quantity", "10");
    assert.equal((await sign(story, active)).said, "Stake 10 COOL");
    await open("/wallet/COOL?do=unstake");
    assert.equal(Number(await figure(story, 2)), Number(staked) + 10);
    await page.fill("#quantity", "8");
    assert.equal((await sign(story, active)).said, "Begin to unstake 8 COOL");
    await open("/wallet/COOL?do=unstake");
    assert.equal(await figure(story, 0), total, "unstaking changes no total");
    await axe();
    await shot("unstaking");
    await page.locator("#wallet-pending t-action button").first().click();
    await page.waitForSelector("dialog[open]");
    await page.fill("dialog input[type=password]", active);
    await page.click("dialog button[type=submit]");
    await page.waitForFunction(() => !document.querySelector("#wallet-pending t-action"), undefined, {
      timeout: 20_000,
    });
    assert.equal(await figure(story, 0), total);
    assert.equal(Number(await figure(story, 2)), Number(staked) + 10);
  });

  at("delegates and takes back", async (story) => {
    const { page, open, demo, axe, shot } = story;
    const { active } = keys(demo, "bob");
    await logIn(story, "bob");
    await open("/wallet/COOL?do=delegate");
    await page.fill("#to", "bob");
    await page.fill("#quantity", "2");
    await page.click("t-action form button[type=submit]");
    await page.locator("#to[aria-invalid=true]").waitFor();
    await page.fill("#to", "erin");
    assert.equal((await sign(story, active)).said, "Delegate 2 COOL of your stake to erin");
    await open("/wallet/COOL?do=undelegate&to=erin");
    await page.fill("#quantity", "2");
    assert.equal((await sign(story, active)).said, "Take back 2 COOL that you delegated to erin");
    await open("/wallet");
    await page.locator("#undelegations").waitFor();
    await axe();
    await shot("pending");
  });

  at("deposits and withdraws", async (story) => {
    const { page, open, demo, axe, shot } = story;
    const { active } = keys(demo, "bob");
    await logIn(story, "bob");
    await open("/wallet/deposit");
    await axe();
    await shot("deposit");
    await page.fill("#quantity", "20");
    const coin = chain === "hive" ? "HIVE" : "STEEM";
    assert.match((await sign(story, active)).said, new RegExp(`send 20\\.000 ${coin} to`));
    await open("/wallet/withdraw");
    await page.fill("#quantity", "0.001");
    await page.click("t-action form button[type=submit]");
    await page.locator("#quantity[aria-invalid=true]").waitFor();
    await page.fill("#quantity", "5");
    assert.match((await sign(story, active)).said, /^Withdraw 5/);
    await open("/wallet/withdraw");
    await page.locator("#waiting").waitFor();
    await axe();
    await shot("withdraw");
  });

  at("lets strangers look and not touch", async ({ page, open, axe }) => {
    await open("/@carol/wallet");
    assert.equal(await page.locator("main t-action, main .row-actions").count(), 0);
    await axe();
    await open("/@carol/wallet/COOL");
    assert.equal(await page.locator("main t-action").count(), 0);
  });

  at("takes demo accounts without a key, switches and leaves them", async (story) => {
    const { page, open, axe, shot } = story;
    const shown = (name) =>
      page.waitForFunction((name) => document.querySelector("t-account [data-name]")?.textContent === name, name);
    await open("/@carol/wallet");
    await page.click("t-account [data-out]");
    await page.click("dialog .login-demo button:has-text('@dave')");
    await shown("dave");
    await open("/wallet/COOL?do=send");
    await page.fill("#to", "bob");
    await page.fill("#quantity", "0.5");
    assert.notEqual((await sign(story)).stage, "failed");
    await page.click("t-account summary");
    await page.click("t-account [data-add]");
    await page.click("dialog .login-demo button:has-text('@erin')");
    await shown("erin");
    await axe();
    await page.click("t-account summary");
    await shot("menu");
    await page.click("t-account [data-others] button:has-text('@dave')");
    await shown("dave");
    for (const next of ["erin", undefined]) {
      await page.click("t-account summary");
      await page.click("t-account [data-leave]");
      if (next) await shown(next);
      else await page.locator("t-account [data-out]:visible").waitFor();
    }
    await open("/wallet");
    assert.match(await page.textContent("main"), /Log in to see your wallet/);
    assert.equal(await page.evaluate(() => sessionStorage.length), 0);
  });

  at("tells what Keychain says: late, locked, of another account, cancelled", async (story) => {
    const { page, open, demo } = story;
    // an extension that comes late and answers what the story says
    await page.addInitScript(
      ({ flavor }) => {
        setTimeout(() => {
          window[`${flavor}_keychain`] = {
            requestSignTx: (account, transaction, key, callback) => {
              window.asked = { account, key };
              const locked = { success: false, error: "locked", message: "The wallet is locked!" };
              callback(window.answer ?? locked);
            },
          };
        }, 800);
      },
      { flavor: chain },
    );
    await open("/login");
    await page.click("t-login button");
    await page.locator("dialog", { hasText: "Found in this browser" }).waitFor();
    await page.fill("dialog input[name=username]", "bob");
    await page.check("dialog input[value=keychain]");
    await page.click("dialog button[type=submit]");
    await page.waitForURL("**/@bob/wallet");
    await open("/wallet/COOL?do=send");
    await page.fill("#to", "carol");
    await page.fill("#quantity", "1");
    await page.click("t-action form button[type=submit]");
    await page.waitForSelector("dialog[open]");
    await page.click("dialog button[type=submit]");
    await page.locator("dialog .sign-problem", { hasText: "is locked" }).waitFor();
    assert.deepEqual(await page.evaluate(() => window.asked), { account: "bob", key: "Active" });
    await page.evaluate(() => {
      window.answer = { success: false, error: "user_error", message: "The account was not found in the wallet" };
    });
    await page.click("dialog button[type=submit]");
    await page.locator("dialog .sign-problem", { hasText: "does not have the active key of @bob" }).waitFor();
    await page.evaluate(() => {
      window.answer = { success: false, error: "user_cancel", message: "Request was canceled by the user." };
    });
    await page.click("dialog button[type=submit]");
    await page.locator("dialog .sign-problem", { hasText: "You cancelled it" }).waitFor();
  });
};

suite("wallet", journeys("steem"));
suite("wallet-hive", journeys("hive"), { chain: "hive" });
