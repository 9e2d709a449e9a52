// From the launch of a community to its first payments, which must be what its pages said before. Time passes, so the chain
// is this story's own.
import assert from "node:assert/strict";
import { act, call, find, keys, launchAddress, logIn, pass, publish, unique, until } from "./chain.mjs";
import { suite } from "./support.mjs";

const DAY = 86_400;

suite(
  "payout",
  (at) => {
    at("launches a community and pays its first posts as foretold", async (story) => {
      const { page, open, demo, axe, shot } = story;
      const symbol = unique("FERN").toUpperCase();
      const tag = symbol.toLowerCase();
      const { engineAccount, utilityToken } = demo.network;
      await call(demo, engineAccount, ["tokens", "transfer", { symbol: utilityToken, to: "alice", quantity: "2000" }]);
      await logIn(story, "alice");
      await open(launchAddress(symbol));
      await page.click("launch-calls button[type=submit]");
      await page.waitForSelector("dialog[open]");
      await page.fill("dialog input[type=password]", keys(demo, "alice").active);
      await page.click("dialog button[type=submit]");
      await page.locator("[data-next]").waitFor();

      const give = (to) => ["tokens", "issue", { symbol, to, quantity: "100" }];
      const stake = (to, quantity) => ["tokens", "stake", { symbol, to, quantity }];
      await call(demo, "alice", give("bob"), give("carol"));
      await Promise.all([call(demo, "alice", stake("alice", "300")), call(demo, "carol", stake("carol", "100"))]);
      await Promise.all([publish(demo, "bob", `garden-${tag}`, tag), publish(demo, "dave", `dog-${tag}`, tag)]);
      const vote = (voter, author, permlink, weight) => act(demo, voter, [["vote", { voter, author, permlink, weight }]]);
      await vote("alice", "bob", `garden-${tag}`, 10_000);
      await vote("carol", "bob", `garden-${tag}`, 5_000);
      await vote("carol", "dave", `dog-${tag}`, 10_000);

      const waiting = () => find(demo, "comments", "posts", { symbol });
      await until("two posts with votes", async () => {
        const votes = await find(demo, "comments", "votes", { symbol });
        return (await waiting()).length === 2 && votes.length === 3;
      });
      const told = async (author, permlink) => {
        const answer = await page.request.get(`${demo.sideChain}/rewards/${symbol}/@${author}/${permlink}.json`);
        return (await answer.json()).shares.filter(({ quantity }) => Number(quantity) > 0);
      };
      const foretold = [...(await told("bob", `garden-${tag}`)), ...(await told("dave", `dog-${tag}`))];
      assert.ok(foretold.length >= 5, JSON.stringify(foretold));
      await open(`/rewards/${symbol}`);
      await axe();
      await shot("foretold");

      await pass(demo, 2 * DAY);
      // payments come with posts and votes of whomever
      for (let day = 0; day < 5 && (await waiting()).length > 0; day += 1) {
        await publish(demo, "erin", `diary-${tag}-${day}`, "diary");
      }
      await until("the payment", async () => (await waiting()).length === 0);
      const balance = async (account) => {
        const [row] = await find(demo, "tokens", "balances", { account, symbol });
        return Number(row?.balance ?? 0) + Number(row?.stake ?? 0);
      };
      // alice and carol had what they were given; bob and dave nothing but their rewards, and bob his gift
      const earned = { bob: (await balance("bob")) - 100, dave: await balance("dave"), carol: (await balance("carol")) - 100 };
      for (const [account, quantity] of Object.entries(earned)) {
        const expected = foretold.filter((share) => share.account === account);
        const sum = expected.reduce((sum, share) => sum + Number(share.quantity), 0);
        assert.ok(Math.abs(quantity - sum) < 0.0005, `${account} was told of ${sum}, and got ${quantity}`);
      }
      await open("/@bob/wallet/rewards");
      const row = page.locator("tr", { hasText: `garden-${tag}` });
      await row.waitFor();
      const share = foretold.find(({ account }) => account === "bob");
      assert.equal(Number(await row.locator("data").first().getAttribute("value")), Number(share.quantity));
      await row.locator("a[href^='/tx/']").click();
      await page.waitForURL(/\/tx\//);
      await open("/@bob/wallet/rewards");
      await axe();
      await shot("paid");
    });
  },
  { own: true },
);
