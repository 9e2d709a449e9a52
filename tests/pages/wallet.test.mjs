// What members do with their wallet, signed for real, on both kinds of main chain.
import assert from "node:assert/strict";
import { call, keys, logIn, publish, signed, signText, unique, until } from "./chain.mjs";
import { suite } from "./support.mjs";
import { units } from "./trading.mjs";

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

  at("asks before something is sent without the memo that its receiver needs", async (story) => {
    const { page, open, demo, axe, shot } = story;
    const peg = chain === "hive" ? "honey-swap" : "steem-peg";
    const { active } = keys(demo, "bob");
    const goBack = async () => {
      await page.keyboard.press("Escape");
      await page.waitForSelector("dialog", { state: "detached" });
    };
    await logIn(story, "bob");
    await open("/wallet/COOL?do=send");
    await page.fill("#to", peg);
    await page.fill("#quantity", "0.001");
    await page.click("t-action form button[type=submit]");
    await page.locator("dialog .notice", { hasText: `Deposits to @${peg} are told apart by their memo` }).waitFor();
    await axe();
    await shot("memo-missing");
    await page.fill("dialog input[type=password]", active);
    await page.click("dialog button[type=submit]");
    await page.locator("dialog .sign-problem", { hasText: "Go back and add a memo" }).waitFor();
    assert.ok(await page.locator("dialog input[type=checkbox]").evaluate((box) => box === document.activeElement));
    // one goes back and adds it
    await goBack();
    await page.fill("#memo", "for my account");
    await page.click("t-action form button[type=submit]");
    await page.waitForSelector("dialog[open]");
    assert.equal(await page.locator("dialog .notice").count(), 0);
    await goBack();
    // or says that none is wanted
    await page.fill("#memo", "");
    await page.click("t-action form button[type=submit]");
    await page.check("dialog input[type=checkbox]");
    await page.fill("dialog input[type=password]", active);
    await page.click("dialog button[type=submit]");
    await page.waitForSelector("t-status:is([data-stage=done], [data-stage=final])");
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
    const pending = page.locator("#wallet-pending t-action");
    const [total, staked, unstakes] = [await figure(story, 0), await figure(story, 2), await pending.count()];
    const isStaked = async (more) => assert.equal(units(await figure(story, 2)), units(staked) + units(more));
    await page.fill("#quantity", "10");
    assert.equal((await sign(story, active)).said, "Stake 10 COOL");
    await open("/wallet/COOL?do=unstake");
    await isStaked("10");
    await page.fill("#quantity", "8");
    assert.equal((await sign(story, active)).said, "Begin to unstake 8 COOL");
    await open("/wallet/COOL?do=unstake");
    assert.equal(await figure(story, 0), total, "unstaking changes no total");
    await axe();
    await shot("unstaking");
    assert.equal(await pending.count(), unstakes + 1);
    await pending.last().locator("button").click();
    await page.waitForSelector("dialog[open]");
    await page.fill("dialog input[type=password]", active);
    await page.click("dialog button[type=submit]");
    await page.waitForFunction(
      (unstakes) => document.querySelectorAll("#wallet-pending t-action").length === unstakes,
      unstakes,
    );
    assert.equal(await figure(story, 0), total);
    await isStaked("10");
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

  at("keeps what was typed when the site is gone, and when the page is loaded anew", async (story) => {
    const { page, context, open, demo, allow } = story;
    allow(/ERR_INTERNET_DISCONNECTED|Failed to load resource|EventSource/);
    await logIn(story, "bob");
    await open("/wallet/COOL?do=send");
    await page.fill("#to", "carol");
    await page.fill("#quantity", "0.25");
    await page.fill("#memo", "kept");
    await page.reload();
    await page.waitForFunction(() => document.querySelector("#memo")?.value === "kept");
    assert.equal(await page.inputValue("#to"), "carol");
    await context.setOffline(true);
    await page.click("t-action form button[type=submit]");
    await page.locator("t-status", { hasText: "This site cannot be reached" }).waitFor();
    assert.equal(await page.inputValue("#quantity"), "0.25");
    await context.setOffline(false);
    // what is under way is followed after a reload, and not sent a second time
    const status = "**/api/sign/status/*";
    await page.route(status, (route) => route.fulfill({ json: { state: "unknown", final: false, calls: [] } }));
    await page.click("t-action form button[type=submit]");
    await page.waitForSelector("dialog[open]");
    await page.fill("dialog input[type=password]", keys(demo, "bob").active);
    await page.click("dialog button[type=submit]");
    await page.waitForSelector("t-status[data-stage=sent]");
    await page.reload();
    await page.waitForSelector("t-status[data-stage=sent]");
    // not before: what is done is forgotten, and a reload would find nothing to follow
    await page.unroute(status);
    await page.waitForSelector("t-status:is([data-stage=done], [data-stage=final])");
    assert.equal(await page.inputValue("#memo"), "");
  });

  at("forgets the key when another tab logs out", async (story) => {
    const { page, context, demo } = story;
    await logIn(story, "bob");
    const kept = () => Object.keys(sessionStorage).some((name) => name.startsWith("tartan.key."));
    assert.ok(await page.evaluate(kept));
    const other = await context.newPage();
    await other.goto(demo.sideChain);
    await other.click("t-account summary");
    await other.click("t-account [data-leave]");
    await other.locator("t-account [data-out]:visible").waitFor();
    await page.waitForFunction(() => !Object.keys(sessionStorage).some((name) => name.startsWith("tartan.key.")));
  });

  at("stakes all there is: the sum stays", async (story) => {
    const { page, open, demo, width, axe, shot } = story;
    const who = width === "phone" ? "carol" : "erin";
    await call(demo, "bob", ["tokens", "transfer", { symbol: "COOL", to: who, quantity: "1.001" }]);
    await logIn(story, who);
    await open("/wallet/COOL?do=stake");
    const [total, liquid, staked] = [await figure(story, 0), await figure(story, 1), await figure(story, 2)];
    await page.click("amount-parts [data-percent='100']");
    assert.equal(units(await page.inputValue("#quantity")), units(liquid));
    assert.notEqual((await sign(story, keys(demo, who).active)).stage, "failed");
    await open("/wallet/COOL?do=stake");
    assert.equal(await figure(story, 0), total);
    assert.equal(units(await figure(story, 1)), 0n);
    assert.equal(units(await figure(story, 2)), units(staked) + units(liquid));
    await open("/wallet");
    await axe();
    await shot("staked");
  });

  at("shows what posts earn, votes, and finds the vote in the list", async (story) => {
    const { page, open, demo, axe, shot } = story;
    const permlink = unique("a-day-");
    await publish(demo, "bob", permlink, "cool");
    const address = `/rewards/COOL/@bob/${permlink}`;
    const read = async () => (await page.request.get(`${demo.sideChain}${address}.json`)).json();
    await until("the post", async () => (await page.request.get(`${demo.sideChain}${address}.json`)).ok());
    await logIn(story, "dave");
    await open("/rewards/COOL");
    await axe();
    await shot("rewards");
    await page.locator("tr", { hasText: permlink }).locator("a", { hasText: "Vote" }).click();
    // what the server knew is there at once; what the page asked a moment later
    await page.locator("vote-estimate[data-change]", { hasText: "of your power to vote" }).waitFor();
    const set = (value) =>
      page.locator("#strength").evaluate((slider, value) => {
        slider.value = value;
        slider.dispatchEvent(new Event("input", { bubbles: true }));
      }, value);
    const full = await page.locator("vote-estimate").getAttribute("data-change");
    await set("60");
    await page.waitForFunction((full) => document.querySelector("vote-estimate").dataset.change !== full, full);
    const change = Number(await page.locator("vote-estimate").getAttribute("data-change"));
    assert.ok(change > 0, `the vote is worth ${change}`);
    await axe();
    await shot("vote");
    const before = Number((await read()).value);
    await page.click("t-action form button[type=submit]");
    await page.waitForSelector("dialog[open]");
    assert.match(await page.textContent("dialog .sign-sentence"), /Vote for @bob\/a-day-.* with 60 %/);
    await page.click("dialog button[type=submit]");
    await page.waitForSelector("t-status:is([data-stage=done], [data-stage=final])");
    const after = Number((await read()).value);
    assert.ok(Math.abs(after - before - change) <= change * 0.02, `${before} and ${change} became ${after}`);
    await page.locator("section:has(#votes) tr", { hasText: "@dave" }).waitFor();
    await open("/@bob/wallet/rewards");
    await page.locator("tr", { hasText: permlink }).waitFor();
    await axe();
    await shot("wallet-rewards");
  });

  at("sends to many, and goes on where it stopped", async (story) => {
    const { page, open, demo, axe, shot } = story;
    await logIn(story, "bob");
    await open("/wallet/bulk?symbol=COOL");
    await page.fill("#list", "carol, 0.001\nnobody at all\ncarol, 0.002");
    await page.locator("bulk-transfer", { hasText: "Line 2: there is no amount" }).waitFor();
    await page.locator("bulk-transfer", { hasText: "more than once: carol" }).waitFor();
    assert.ok(await page.locator("[data-send]").isDisabled());
    await axe();
    await shot("bulk");
    await page.fill("#list", Array.from({ length: 41 }, () => "carol, 0.001").join("\n"));
    const pay = async () => {
      await page.click("[data-send]");
      await page.waitForSelector("dialog[open]");
      await page.fill("dialog input[type=password]", keys(demo, "bob").active);
      await page.click("dialog button[type=submit]");
    };
    await pay();
    await page.locator("[data-batches] li", { hasText: "done" }).waitFor();
    await page.reload();
    await page.locator("[data-send]", { hasText: "2 of 2" }).waitFor();
    await pay();
    await page.waitForFunction(() => document.querySelectorAll("[data-batches] li a").length === 2);
    await page.locator("[data-batches] li", { hasText: "done" }).nth(1).waitFor();
    await shot("bulk-done");
    await page.click("[data-clear]");
    assert.equal(await page.inputValue("#list"), "");
  });

  at("marks favourites and hides dust, and remembers it", async (story) => {
    const { page, open } = story;
    await logIn(story, "bob");
    const first = () => page.locator(".wallet-table tbody th a").first().textContent();
    const last = await page.locator(".wallet-table tbody th a").last().textContent();
    await page.locator(".wallet-table tbody favourite-star button").last().click();
    await page.reload();
    assert.equal(await first(), last);
    await page.check("input[name=dust]");
    await page.click("wallet-filters button[type=submit]");
    await page.waitForURL(/dust=hide/);
    await open("/wallet");
    assert.ok(await page.isChecked("input[name=dust]"));
    await page.locator(".wallet-table tbody favourite-star button").first().click();
  });

  at("logs in with an extension that comes late, and tells what it says", async (story) => {
    const { page, open, demo, shot } = story;
    let mode = "missing";
    await page.exposeFunction("signBuffer", (account, message) => {
      const no = (error, message) => ({ success: false, error, message });
      if (mode === "missing") return no("user_cancel", `The account @${account} has not been added to the wallet.`);
      if (mode === "cancel") return no("user_cancel", "Request was canceled by the user.");
      const whose = mode === "other" ? "carol" : account;
      return { success: true, result: signText(keys(demo, whose).posting, message) };
    });
    await page.exposeFunction("signTx", async (account, operations, role) => ({
      success: true,
      result: await signed(demo, account, operations, role),
    }));
    await page.addInitScript(
      ({ flavor }) => {
        setTimeout(() => {
          window[`${flavor}_keychain`] = {
            requestSignBuffer: (account, message, key, callback) => {
              window.signBuffer(account, message, key).then(callback);
            },
            requestSignTx: (account, transaction, key, callback) => {
              window.asked = { account, key };
              if (window.answer) callback(window.answer);
              else window.signTx(account, transaction.operations, key.toLowerCase()).then(callback);
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
    const refused = async (next, expected) => {
      mode = next;
      await page.click("dialog button[type=submit]");
      await page.locator("dialog .sign-problem", { hasText: expected }).waitFor();
    };
    await refused("missing", "does not have the posting key of @bob");
    await refused("cancel", "You cancelled it");
    await refused("other", "is not the posting key of @bob on this main chain");
    await shot("extension");
    mode = "good";
    await page.click("dialog button[type=submit]");
    await page.waitForURL("**/@bob/wallet");
    await open("/wallet/COOL?do=send");
    await page.fill("#to", "carol");
    await page.fill("#quantity", "1");
    await page.click("t-action form button[type=submit]");
    await page.waitForSelector("dialog[open]");
    const says = async (answer, expected) => {
      await page.evaluate((answer) => {
        window.answer = { success: false, ...answer };
      }, answer);
      await page.click("dialog button[type=submit]");
      await page.locator("dialog .sign-problem", { hasText: expected }).waitFor();
    };
    await says({ error: "locked", message: "The wallet is locked!" }, "is locked");
    assert.deepEqual(await page.evaluate(() => window.asked), { account: "bob", key: "Active" });
    await says({ error: "user_cancel", message: "Request was canceled by the user." }, "You cancelled it");
    await page.evaluate(() => {
      window.answer = undefined;
    });
    await page.click("dialog button[type=submit]");
    await page.waitForSelector("t-status:is([data-stage=done], [data-stage=final])");
  });
};

suite("wallet", journeys("steem"));
suite("wallet-hive", journeys("hive"), { chain: "hive" });
