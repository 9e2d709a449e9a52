// Who looks for transactions by what was said and done in them, and who tells a contract to do something.
import assert from "node:assert/strict";
import { call, find, until } from "./chain.mjs";
import { suite } from "./support.mjs";
import { become, trading } from "./trading.mjs";

const allSaid = async (locator) => (await locator.allInnerTexts()).map((text) => text.replace(/\s+/g, " ").trim());

/** A word that nobody has used before: stories are told again and again on one demo. */
const fresh = (word) => `${word}${Date.now().toString(36)}${Math.floor(Math.random() * 1e6).toString(36)}`;

/** What a search for this finds, as programs are told. */
async function found(demo, query) {
  const answer = await fetch(`${demo.sideChain}/api/v1/search?q=${encodeURIComponent(query)}`);
  assert.equal(answer.status, 200, query);
  return (await answer.json()).transactions;
}

/** Sends tokens with memos, as an app does, and waits until they can be found. */
async function send(demo, from, ...payments) {
  for (const [to, quantity, memo] of payments) {
    await call(demo, from, ["tokens", "transfer", { symbol: demo.token, to, quantity, memo }]);
  }
  for (const [, , memo] of payments) {
    await until(`“${memo}” is found`, async () => (await found(demo, `"${memo}"`)).length > 0);
  }
}

async function search(page, text) {
  await page.fill("#top-search", text);
  await page.press("#top-search", "Enter");
}

const rows = (page) => allSaid(page.locator("table[data-found] .said > a"));

suite("finding", (at) => {
  at("finds payments by words of their memos, by who, how much and when", async ({ page, open, demo, axe, shot }) => {
    const word = fresh("picnic");
    await send(demo, "alice", ["bob", "0.25", `${word} for the bread`], ["carol", "2.5", `${word} <b>wine</b>`]);
    await send(demo, "bob", ["alice", "0.75", `change of the ${word}`]);
    await open("/blocks");
    await search(page, word.toUpperCase());
    await page.waitForURL("**/search?q=**");
    assert.deepEqual(await rows(page), [
      `bob sent 0.75 ${demo.token} to alice`,
      `alice sent 2.5 ${demo.token} to carol`,
      `alice sent 0.25 ${demo.token} to bob`,
    ]);
    assert.equal(await page.inputValue("#top-search"), word.toUpperCase(), "what was asked can be changed");
    await axe();
    await shot("words");
    await page.emulateMedia({ colorScheme: "dark" });
    await axe();
    await shot("words-dark");
    await page.emulateMedia({ colorScheme: "light" });
    const day = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    await search(page, `${word} from:alice symbol:${demo.token} amount>1 after:${day}`);
    await page.waitForURL("**amount**");
    assert.deepEqual(await rows(page), [`alice sent 2.5 ${demo.token} to carol`]);
    assert.deepEqual(await allSaid(page.locator(".understood li")), [
      `with the words “${word}”`,
      "sent by @alice, or moving what was theirs",
      `about ${demo.token}`,
      "with more than 1 of a token",
      `from ${day} on (UTC)`,
    ]);
    await axe();
    await shot("filters");
    await search(page, `${word} before:${day}`);
    await page.getByText("Nothing found for").waitFor();
    await axe();
    await page.locator("table[data-found]").waitFor({ state: "detached" });
    // what leads to the page of a transaction
    await search(page, `${word} to:carol`);
    await page.locator("table[data-found] .said a").first().click();
    await page.getByRole("heading", { level: 1, name: `alice sent 2.5 ${demo.token} to carol` }).waitFor();
  });

  at("goes on page by page, and says what it does not understand", async ({ page, open, axe, shot, allow }) => {
    await open("/search?q=contract:tokens");
    const first = await page.locator("table[data-found] tbody tr").count();
    assert.ok(first > 0);
    const older = page.getByRole("link", { name: /Older/ });
    // those of the first block have one id
    const links = async () => {
      const all = await page.locator("table[data-found] a.id").evaluateAll((links) => links.map((link) => link.pathname));
      return all.filter((path) => path !== "/tx/0");
    };
    if (await older.isVisible()) {
      const before = await links();
      await older.click();
      await page.waitForURL("**before=**");
      const after = await links();
      assert.ok(after.every((link) => !before.includes(link)));
      await page.getByRole("link", { name: /Newest/ }).click();
    }
    allow(/400/);
    await search(page, "sender:alice lunch");
    await page.getByText("There is no filter “sender:”").waitFor();
    await axe();
    await shot("wrong");
    await page.getByRole("alert").getByRole("link", { name: "from:alice" }).click();
    await page.waitForURL("**from%3Aalice**".replace("%3A", ":"));
    await page.locator("table[data-found]").waitFor();
    await open("/search");
    await page.getByText("How to look for transactions").waitFor();
    await axe();
    await shot("help");
  });

  at("shows a guest what a contract takes, and what to copy", async ({ page, open, context, demo, axe, shot }) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: demo.sideChain });
    await open("/contract/tokens");
    await page.getByRole("navigation", { name: "Parts of the contract" }).getByRole("link", { name: "Actions" }).click();
    await page.waitForURL("**/contract/tokens/actions");
    await page.getByText("Send ‹quantity› ‹symbol› to ‹to›", { exact: true }).waitFor();
    await axe();
    await shot("actions");
    await page.getByRole("link", { name: "transfer", exact: true }).click();
    await page.waitForURL("**do=transfer");
    assert.equal(await page.locator("t-action").count(), 0, "a guest signs nothing");
    await page.getByRole("button", { name: "Copy as custom_json" }).click();
    const copied = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
    assert.equal(copied[0], "custom_json");
    assert.equal(copied[1].id, demo.network.customJsonId);
    const { contractName, contractAction, contractPayload } = JSON.parse(copied[1].json);
    assert.deepEqual([contractName, contractAction], ["tokens", "transfer"]);
    assert.deepEqual(Object.keys(contractPayload), ["symbol", "to", "quantity"]);
    await axe();
    await shot("action-guest");
    await page.emulateMedia({ colorScheme: "dark" });
    await axe();
    await shot("action-guest-dark");
  });

  at("tells a contract to do something, in words, signed and followed", async (story) => {
    const { page, open, context, demo, axe, shot, allow } = story;
    allow(/404/); // the account that there is not
    await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: demo.sideChain });
    await become(context, "carol", demo);
    await open("/contract/tokens/actions?do=transfer");
    await page.locator("button[data-copy]:visible").waitFor();
    await axe();
    await page.fill("#p-symbol", demo.token);
    await page.fill("#p-to", "nobody-here");
    await page.fill("#p-quantity", "0.0000000001");
    await page.click("t-action form button[type=submit]");
    await page.locator("#p-quantity-error", { hasText: "At most 8 decimals" }).waitFor();
    await page.locator("#p-to-error", { hasText: "There is no account @nobody-here" }).waitFor();
    await axe();
    await shot("action-wrong");
    const word = fresh("generated");
    await page.fill("#p-to", "dave");
    await page.fill("#p-quantity", "0.015");
    await page.fill("#p-memo", word);
    await page.getByRole("button", { name: "Copy as custom_json" }).click();
    await page.getByText("Copied").waitFor();
    const copied = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()))[1];
    assert.deepEqual(copied.required_auths, ["carol"]);
    const payload = { symbol: demo.token, to: "dave", quantity: "0.015", memo: word };
    assert.deepEqual(JSON.parse(copied.json).contractPayload, payload);
    await page.click("t-action form button[type=submit]");
    await page.waitForSelector("dialog[open]");
    assert.match(await page.textContent("dialog .sign-sentence"), new RegExp(`Send 0\\.015 ${demo.token} to dave`));
    await axe();
    await shot("action-words");
    await page.click("dialog button[type=submit]");
    await page.waitForSelector("t-status:is([data-stage=done], [data-stage=final])");
    await page.locator("#latest", { hasText: `carol sent 0.015 ${demo.token} to dave` }).waitFor();
    await axe();
    await shot("action-done");
    await until("the memo is found", async () => (await found(demo, word)).length === 1);
  });

  at("tells a script to do something: fields from its source, more as JSON", async (story) => {
    const { page, open, context, demo, axe, shot } = story;
    const name = fresh("notes").slice(0, 20).replace(/[^a-z]/g, "x") + (story.width === "phone" ? "p" : "d");
    const source = `actions.createSSC = async () => {
  if (await api.db.tableExists('notes')) return;
  await api.db.createTable('notes', ['author']);
};

actions.add = async ({ text, tags }) => {
  if (!api.assert(typeof text === 'string', 'text is missing')) return;
  await api.db.insert('notes', { author: api.sender, text, tags });
};
`;
    const code = Buffer.from(source).toString("base64");
    const deploy = ["contract", "deploy", { name, code, maxDeposit: "100" }];
    await trading(demo).acts(demo.network.engineAccount, deploy);
    await until("the index has the contract", async () => {
      const answer = await fetch(`${demo.sideChain}/contract/${name}.json`);
      return answer.ok && (await answer.json()).versions.length > 0;
    });
    await become(context, "alice", demo);
    await open(`/contract/${name}/actions`);
    await page.getByRole("link", { name: "add", exact: true }).click();
    await page.waitForURL("**do=add");
    await page.locator("button[data-copy]:visible").waitFor();
    await page.fill("#p-text", "as a form");
    await page.fill("#p-more", "[1]");
    await page.click("t-action form button[type=submit]");
    await page.locator("#p-more-error", { hasText: "Type a JSON object" }).waitFor();
    await page.fill("#p-more", '{ "tags": ["a", "b"] }');
    await page.fill("#p-maxDeposit", "1");
    await axe();
    await shot("script");
    await page.click("t-action form button[type=submit]");
    await page.waitForSelector("dialog[open]");
    assert.match(await page.textContent("dialog"), /Call the action add of the contract/);
    assert.match(await page.textContent("dialog"), /a, b/, "what is added is shown, too");
    await page.click("dialog button[type=submit]");
    await page.waitForSelector("t-status:is([data-stage=done], [data-stage=final])");
    const [note] = await find(demo, name, "notes", { author: "alice" });
    assert.deepEqual([note.text, note.tags], ["as a form", ["a", "b"]]);
    // the next one sees what was sent
    await open(`/contract/${name}/actions?do=add`);
    await page.locator("textarea#p-tags").waitFor();
    assert.match(await page.textContent("#p-text-hint"), /lately: as a form/);
    await axe();
    await shot("script-learnt");
  });
});
