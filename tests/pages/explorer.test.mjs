// Who looks something up: without an account, with and without a script, by keyboard; and what they see while the chain goes on.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import net from "node:net";
import { find, signed, until } from "./chain.mjs";
import { suite } from "./support.mjs";

// --- the chains, as a program sees them ---------------------------------------------------------------------------

async function rpc(address, method, params) {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const answer = await fetch(address, { method: "POST", headers: { "content-type": "application/json" }, body });
  const { result, error } = await answer.json();
  assert.equal(error, undefined, `${method}: ${JSON.stringify(error)}`);
  return result;
}

/** An operation that calls a contract, signed with the active key. */
const call = (demo, sender, contract, action, payload) => [
  "custom_json",
  {
    required_auths: [sender],
    required_posting_auths: [],
    id: demo.network.customJsonId,
    json: JSON.stringify({ contractName: contract, contractAction: action, contractPayload: payload }),
  },
];

/** Sends operations as one transaction of the main chain, which takes these senders at their word meanwhile; gives its id. */
async function send(demo, ...operations) {
  const senders = [...new Set(operations.map(([, { required_auths: [sender] }]) => sender))];
  const trust = (on) => Promise.all(senders.map((account) => rpc(demo.mainChain, "devchain.impersonate", { account, on })));
  const head = await rpc(demo.mainChain, "condenser_api.get_dynamic_global_properties", []);
  const transaction = {
    ref_block_num: head.head_block_number & 0xffff,
    ref_block_prefix: Buffer.from(head.head_block_id, "hex").readUInt32LE(4),
    expiration: new Date(Date.parse(`${head.time}Z`) + 600_000).toISOString().slice(0, 19),
    operations,
    extensions: [],
    signatures: [],
  };
  await trust(true);
  try {
    const { id } = await rpc(demo.mainChain, "condenser_api.broadcast_transaction_synchronous", [transaction]);
    return id;
  } finally {
    await trust(false);
  }
}

const json = async (demo, path) => {
  const answer = await fetch(demo.sideChain + path, { headers: { accept: "application/json" } });
  return { status: answer.status, type: answer.headers.get("content-type"), body: await answer.json().catch(() => undefined) };
};

/** Sends operations, and waits until the sidechain has executed them; gives the transaction as its page has it. */
async function done(demo, ...operations) {
  const id = await send(demo, ...operations);
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const { status, body } = await json(demo, `/tx/${id}.json`);
    if (status === 200) return body;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return assert.fail(`the sidechain does not know ${id}`);
}

const transfer = (demo, from, to, quantity, memo = "") =>
  call(demo, from, "tokens", "transfer", { symbol: demo.token, to, quantity, memo });

/** A contract that keeps notes, as it was first, then, and last. */
const SOURCES = [
  `// keeps notes
actions.createSSC = async () => {
  await api.db.createTable('notes', ['author']);
};

actions.add = async ({ text }) => {
  await api.db.insert('notes', { author: api.sender, text });
};
`,
  `// keeps notes
actions.createSSC = async () => {
  if (await api.db.tableExists('notes')) return;
  await api.db.createTable('notes', ['author']);
};

actions.add = async ({ text }) => {
  await api.db.insert('notes', { author: api.sender, text });
};
`,
  `// keeps notes
actions.createSSC = async () => {
  if (await api.db.tableExists('notes')) return;
  await api.db.createTable('notes', ['author']);
};

actions.add = async ({ text }) => {
  if (!api.assert(typeof text === 'string', 'text is missing </code><script>alert(1)</script>')) return;
  const note = await api.db.insert('notes', { author: api.sender, text });
  await api.emit('added', { id: note._id });
};
`,
];

/** The contract of these tests, deployed in its three versions by whoever asks first. */
const deployed = new Map();
function notebook(demo) {
  const deploy = async () => {
    const { body } = await json(demo, "/contract/notebook.json");
    if (body?.version === SOURCES.length) return;
    for (const source of SOURCES) {
      const code = Buffer.from(source).toString("base64");
      const payload = { name: "notebook", code, maxDeposit: "100" };
      const { status, transactions } = await done(demo, call(demo, demo.network.engineAccount, "contract", "deploy", payload));
      assert.equal(status, "success", JSON.stringify(transactions[0].errors));
    }
    for (const text of ["first", "<b>second</b>", "third"]) {
      const written = await done(demo, call(demo, demo.founder, "notebook", "add", { text, maxDeposit: "1" }));
      assert.equal(written.status, "success", JSON.stringify(written.transactions[0].errors));
    }
  };
  if (!deployed.has(demo.sideChain)) deployed.set(demo.sideChain, deploy());
  return deployed.get(demo.sideChain);
}

/** Acts as an account of the demo. */
async function become(context, demo, name) {
  await context.addCookies([{ name: "tartan-account", value: name, url: demo.sideChain }]);
  await context.addInitScript((name) => {
    localStorage.setItem("tartan.accounts", JSON.stringify([{ name, method: "demo" }]));
    localStorage.setItem("tartan.account", name);
  }, name);
}

/** Another way to a demo's pages, which can be cut. */
async function wire(demo) {
  const { hostname, port } = new URL(demo.sideChain);
  const ends = new Set();
  const server = net.createServer((near) => {
    const far = net.connect(Number(port), hostname);
    for (const [end, other] of [[near, far], [far, near]]) {
      ends.add(end);
      end.pipe(other);
      end.on("error", () => other.destroy());
      end.on("close", () => {
        ends.delete(end);
        other.destroy();
      });
    }
  });
  const listen = async (at) => {
    server.listen(at, hostname);
    await once(server, "listening");
    return server.address().port;
  };
  const at = await listen(0);
  const cut = async () => {
    server.close();
    for (const end of ends) end.destroy();
  };
  return { origin: `http://${hostname}:${at}`, cut, mend: () => listen(at) };
}

/** What an element says, in one line. */
const said = async (locator) => (await locator.innerText()).replace(/\s+/g, " ").trim();
const allSaid = async (locator) => (await locator.allInnerTexts()).map((text) => text.replace(/\s+/g, " ").trim());

/** Something that looks like a private key, and is none. */
const KEY = `5Kb8kLf9zgWQnogidDA76MzPL6TsZZY36hWXMssSzNydYXYB9KF`;

// --- journeys -------------------------------------------------------------------------------------------------------

suite("explorer", (at) => {
  at("is read as a guest: down the front page, a transaction, and back to the same place", async (story) => {
    const { page, open, demo, axe, shot } = story;
    await done(demo, transfer(demo, "alice", "bob", "0.002"));
    await open("/");
    await page.mouse.move(0, 0);
    const first = page.locator("main a[href^='/tx/']").first();
    await first.waitFor();
    await page.evaluate(() => window.scrollTo(0, 220));
    await page.waitForFunction(() => window.scrollY > 0);
    const before = await page.evaluate(() => window.scrollY);
    const address = await first.getAttribute("href");
    await page.locator(`main a[href="${address}"]`).first().evaluate((link) => link.click());
    await page.waitForURL(`**${address}`);
    await page.locator("[data-outcome]").waitFor();
    await axe();
    await shot("transaction");
    await page.goBack();
    await page.waitForURL(demo.pages);
    await page.waitForFunction((before) => Math.abs(window.scrollY - before) < 60, before);
    assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length), 0, "a guest leaves nothing behind");
  });

  at("shows a transfer that was signed in the browser, until nobody can take it back", async (story) => {
    const { page, context, demo, open, axe, shot } = story;
    await become(context, demo, "bob");
    await open("/wallet/COOL?do=send");
    await page.fill("#to", "carol");
    await page.fill("#quantity", "1.25");
    await page.fill("#memo", "<i>for lunch</i>");
    await page.click("t-action form button[type=submit]");
    await page.waitForSelector("dialog[open]");
    await page.click("dialog button[type=submit]");
    await page.waitForSelector("t-status:is([data-stage=done], [data-stage=final])");
    await page.locator("t-status a[href^='/tx/']").click();
    await page.getByRole("heading", { level: 1, name: "bob sent 1.25 COOL to carol" }).waitFor();
    assert.equal(await said(page.locator("[data-outcome]")), "✓ Success");
    const tree = page.locator(".tree").first();
    assert.match(await tree.innerText(), /memo\s+<i>for lunch<\/i>/);
    const changes = await allSaid(page.locator("table[data-changes] tbody tr"));
    assert.deepEqual(changes, ["@bob −1.25 COOL liquid", "@carol +1.25 COOL liquid"]);
    assert.match(await page.locator("table[data-events]").innerText(), /tokens\s+transfer/);
    await page.locator(".state .chip:visible", { hasText: "Final" }).waitFor();
    await axe();
    await shot("signed");
    await page.getByText("Hashes and more").click();
    assert.match(await page.locator("details pre").innerText(), /"action": "transfer"/);
    await axe();
    await shot("signed-raw");
    const block = page.locator("main a.block").first();
    await block.click();
    await page.getByRole("heading", { level: 1, name: /^Block / }).waitFor();
    await page.getByText("bob sent 1.25 COOL to carol").first().waitFor();
    await axe();
  });

  at("says why a transaction failed, and that nothing moved", async ({ page, open, demo, axe, shot }) => {
    const { id, status } = await done(demo, transfer(demo, "bob", "carol", "99999999"));
    assert.equal(status, "failed");
    await open(`/tx/${id}`);
    const chip = page.locator("[data-outcome] .chip");
    assert.equal(await said(chip), "✕ Failed");
    assert.ok(await chip.evaluate((chip) => chip.classList.contains("bad")));
    const notice = page.locator(".notice.bad");
    assert.match(await notice.innerText(), /no tokens moved/);
    assert.match(await notice.innerText(), /You do not have enough of this token/);
    assert.match(await notice.innerText(), /overdrawn balance/);
    assert.equal(await page.locator("table[data-changes]").count(), 0, "no balance changed");
    await axe();
    await shot("failed");
  });

  at("tells several operations of one transaction apart: partly done", async ({ page, open, demo, axe, shot }) => {
    const quantities = ["0.003", "99999999", "0.004"];
    const told = await done(demo, ...quantities.map((quantity) => transfer(demo, "carol", "dave", quantity)));
    assert.equal(told.status, "partly");
    await open(`/tx/${told.id}`);
    await page.getByRole("heading", { level: 1, name: "3 operations" }).waitFor();
    assert.equal(await said(page.locator("[data-outcome]")), "◐ Partly");
    const parts = page.locator("article");
    assert.equal(await parts.count(), 3);
    assert.equal(await page.locator("table[data-changes]").count(), 2);
    assert.match(await parts.nth(1).innerText(), /You do not have enough/);
    await axe();
    await shot("partly");
    await parts.nth(1).getByRole("link", { name: /^carol sent/ }).click();
    await page.waitForURL(`**/tx/${told.id}-1`);
    await page.getByRole("heading", { name: /^Operations of the same/ }).waitFor();
    assert.equal(await said(page.locator("[data-outcome]")), "✕ Failed");
    await axe();
  });

  at("shows what the chain does by itself, and which contracts called each other", async ({ page, open, demo, axe, shot }) => {
    // an order that expires in empty blocks: the chain gives back what it had locked, unless a trader of the demo was faster
    const expire = async () => {
      const short = { symbol: demo.token, quantity: "0.5", price: "9", expiration: 1 };
      const { transactions: [placed] } = await done(demo, call(demo, "dave", "market", "sell", short));
      await rpc(demo.mainChain, "devchain.mine", { blocks: 25 });
      await until("the order is gone", async () => (await find(demo, "market", "sellBook", { txId: placed.id })).length === 0);
      for (let number = placed.block + 1; ; number += 1) {
        const { status, body } = await json(demo, `/block/${number}.json`);
        if (status !== 200) return undefined;
        if (body.virtualTransactions.length > 0) return body;
      }
    };
    let made;
    for (let attempt = 0; made === undefined && attempt < 5; attempt += 1) made = await expire();
    assert.ok(made, "the chain does something by itself");
    const [virtual] = made.virtualTransactions;
    await open(`/block/${made.number}`);
    await page.getByRole("heading", { name: "Made by the chain itself" }).waitFor();
    await axe();
    await shot("block");
    await page.locator(`a[href='/tx/${virtual.id}']`).first().click();
    await page.locator("[data-outcome]", { hasText: "By the chain" }).waitFor();
    await axe();
    await shot("virtual");
    // an order of the market moves tokens by calling their contract
    const order = { symbol: "COOL", quantity: "0.5", price: "9" };
    const { id } = await done(demo, call(demo, "dave", "market", "sell", order));
    await open(`/tx/${id}`);
    const inner = page.getByRole("heading", { name: "Contracts that took part" });
    await inner.waitFor();
    assert.match(await inner.locator("+ ul").innerText(), /tokens: \d events?/);
    await axe();
    await shot("inner");
  });

  at("finds what a text means, and asks where it may mean several things", async (story) => {
    const { page, open, demo, axe, shot } = story;
    const { id } = await done(demo, transfer(demo, "alice", "erin", "0.005"));
    // a token that is called like an account
    const payload = { symbol: "DAVE", name: "Dave", precision: 3, maxSupply: "1000", url: "https://dave.example" };
    await done(demo, call(demo, demo.network.engineAccount, "tokens", "create", payload));
    const search = async (text) => {
      await page.fill("#top-search", text);
      await page.press("#top-search", "Enter");
    };
    await open("/blocks");
    for (const [text, address] of [
      ["@alice", "/@alice"],
      ["$COOL", "/tokens/COOL"],
      ["COOL", "/tokens/COOL"],
      ["marketpools", "/contract/marketpools"],
      [id, `/tx/${id}`],
      [id.toUpperCase(), `/tx/${id}`],
      ["$DAVE", "/tokens/DAVE"],
      ["@dave", "/@dave"],
    ]) {
      await search(text);
      await page.waitForURL(`**${address}`);
    }
    await search("dave");
    await page.waitForURL("**/search?q=dave");
    const groups = await page.locator("main h2").allInnerTexts();
    // another story makes a witness of dave
    assert.deepEqual(groups.filter((group) => group !== "Witnesses"), ["Accounts", "Tokens"]);
    await axe();
    await shot("search-several");
    await search("7");
    await page.waitForURL("**/search?q=7");
    const heads = await page.locator("main h2").allInnerTexts();
    assert.deepEqual(heads, ["Blocks", "Blocks by their main-chain number"]);
    await search("nobody-at-all");
    await page.getByText("Nothing found for “nobody-at-all”").waitFor();
    await axe();
    await shot("search-nothing");
  });

  at("waits for a transaction that is not known yet", async ({ page, open, demo, allow, axe, shot }) => {
    allow(/404/);
    const sending = await signed(demo, "bob", [transfer(demo, "bob", "carol", "0.008")], "active");
    const binary = Buffer.from(await rpc(demo.mainChain, "condenser_api.get_transaction_hex", [sending]), "hex");
    // the id is of what is signed: without the list of one signature
    const id = createHash("sha256").update(binary.subarray(0, -66)).digest("hex").slice(0, 40);
    await open(`/tx/${id}`);
    await page.getByRole("heading", { level: 1, name: "This network knows no such transaction" }).waitFor();
    await page.locator("[data-watched]:visible").waitFor();
    assert.equal(await page.getByRole("link", { name: "Look again" }).getAttribute("href"), `/tx/${id}`);
    await axe();
    await shot("unknown");
    await rpc(demo.mainChain, "condenser_api.broadcast_transaction", [sending]);
    await page.getByRole("heading", { level: 1, name: "bob sent 0.008 COOL to carol" }).waitFor();
  });

  at("suggests while one types, by mouse and by keyboard", async ({ page, open, axe, shot, width }) => {
    await open("/contracts");
    await page.waitForFunction(() => document.querySelector("#top-search")?.getAttribute("role") === "combobox");
    await page.keyboard.press("/");
    await page.keyboard.type("co");
    const option = page.locator(".suggestions [role=option]", { hasText: "COOL" }).first();
    await option.waitFor();
    await axe();
    await page.screenshot(); // nothing is cut off: the list is within the page
    const box = await page.locator(".suggestions").boundingBox();
    const { width: all } = page.viewportSize();
    assert.ok(box.x >= 0 && box.x + box.width <= all, `the suggestions lie at ${JSON.stringify(box)} on ${width}`);
    await shot("suggestions");
    await page.keyboard.press("Escape");
    await page.locator(".suggestions").waitFor({ state: "hidden" });
    await page.keyboard.type("o");
    await option.waitFor();
    const texts = await page.locator(".suggestions [role=option]").allInnerTexts();
    const place = texts.findIndex((text) => text.includes("COOL"));
    for (let step = 0; step <= place; step += 1) await page.keyboard.press("ArrowDown");
    assert.equal(await page.locator(".suggestions [aria-selected=true]").count(), 1);
    await page.keyboard.press("Enter");
    await page.waitForURL("**/tokens/COOL");
    await page.fill("#top-search", "ali");
    await page.locator(".suggestions [role=option]", { hasText: "@alice" }).click();
    await page.waitForURL("**/@alice");
  });

  at("lets no private key out, pasted or typed", async ({ page, open, demo, axe, shot }) => {
    await open("/blocks");
    await page.waitForFunction(() => document.querySelector("#top-search")?.getAttribute("role") === "combobox");
    const sent = [];
    page.on("request", (request) => sent.push(decodeURIComponent(request.url()) + (request.postData() ?? "")));
    const alice = demo.accounts.find(({ name }) => name === "alice");
    for (const key of [KEY, alice.active, `P${alice.owner}`, `@alice ${alice.posting}`]) {
      await page.fill("#top-search", key);
      await page.locator(".search-warning:visible").waitFor();
      assert.equal(await page.inputValue("#top-search"), "");
    }
    await axe();
    await shot("refused");
    await page.click("#top-search");
    await page.keyboard.type(alice.active, { delay: 70 });
    await page.locator(".search-warning:visible").waitFor();
    await page.waitForTimeout(300);
    for (const request of sent) {
      for (const key of [KEY, alice.active, alice.owner, alice.posting]) {
        assert.ok(!request.includes(key.slice(0, 14)), `a key left the page: ${request}`);
      }
    }
    // where the page cannot prevent it, the server does not repeat it
    await open(`/search?q=${KEY}`);
    await page.waitForURL("**/search?refused=key");
    await page.getByText("That looks like a private key").first().waitFor();
    assert.ok(!(await page.content()).includes(KEY));
    await axe();
  });

  at("shows an account, and what it did, filtered", async ({ page, open, demo, axe, shot }) => {
    await done(demo, transfer(demo, "frank", "erin", "0.006", "<script>alert(1)</script>"));
    await done(demo, transfer(demo, "frank", "erin", "77777777"));
    await open("/@frank");
    await page.getByText("frank sent 0.006 COOL to erin").first().waitFor();
    await axe();
    await shot("account");
    await page.getByText("Filter", { exact: true }).click();
    await page.selectOption("#f-status", "failed");
    await page.getByRole("button", { name: "Show" }).click();
    await page.waitForURL("**status=failed**");
    const chips = await allSaid(page.locator("section:has(#history) tbody .chip"));
    assert.ok(chips.length > 0 && chips.every((text) => text === "✕ Failed"), chips.join());
    await axe();
    await shot("account-filtered");
    const csv = await page.request.get(new URL(await page.getByRole("link", { name: "As CSV" }).getAttribute("href"), page.url()).href);
    assert.equal(csv.status(), 200);
  });

  at("looks through a contract: source, versions and their differences, tables, settings", async (story) => {
    const { page, open, demo, axe, shot, width } = story;
    await notebook(demo);
    await open("/contract/notebook");
    const source = page.locator(".source");
    await source.waitFor();
    assert.ok((await source.locator(".js-keyword, .js-storage").count()) > 2, "words have colours");
    assert.match(await source.innerText(), /<\/code><script>alert\(1\)<\/script>/);
    await page.locator(".lines a[href='#L5']").click();
    await page.waitForURL("**/contract/notebook#L5");
    await axe();
    await shot("contract");
    // three versions; the last two are compared first
    const rows = page.locator("#versions ~ .table-frame tbody tr");
    assert.equal(await rows.count(), 3);
    await rows.first().getByRole("link", { name: "Compare" }).click();
    await page.waitForURL("**/contract/notebook/diff?from=2&to=3");
    const lines = (kind) => page.locator(`.diff tr.${kind} code`).allInnerTexts();
    assert.deepEqual(await lines("removed"), ["  await api.db.insert('notes', { author: api.sender, text });"]);
    assert.deepEqual(await lines("added"), [
      "  if (!api.assert(typeof text === 'string', 'text is missing </code><script>alert(1)</script>')) return;",
      "  const note = await api.db.insert('notes', { author: api.sender, text });",
      "  await api.emit('added', { id: note._id });",
    ]);
    await axe();
    await shot("diff");
    await page.emulateMedia({ colorScheme: "dark" });
    await axe("colours");
    await shot("diff-dark");
    await page.emulateMedia({ colorScheme: "light" });
    await page.selectOption("#from", "1");
    await page.getByRole("button", { name: "Compare" }).click();
    await page.waitForURL("**from=1&to=3**");
    assert.deepEqual((await lines("added"))[0], "  if (await api.db.tableExists('notes')) return;");
    const { body } = await json(demo, "/contract/notebook/diff.json?from=1&to=3");
    assert.deepEqual([body.added, body.removed], [4, 1]);
    const old = await page.request.get(`${demo.sideChain}/contract/notebook/source?version=1`);
    assert.equal(await old.text(), SOURCES[0]);
    // its table, by query and page by page
    await open("/contract/notebook/table/notes");
    await page.getByText("<b>second</b>").waitFor();
    await page.fill("#t-query", '{"text":"third"}');
    await page.getByRole("button", { name: "Show" }).click();
    await page.waitForURL("**query=**");
    assert.equal(await page.locator("tbody tr").count(), 1);
    await axe();
    await shot("table");
    await page.fill("#t-query", "{text");
    await page.getByRole("button", { name: "Show" }).click();
    await page.getByText("The query cannot be answered").waitFor();
    assert.equal(await page.inputValue("#t-query"), "{text", "what was typed stays");
    await axe();
    await shot(`table-problem`);
    if (width === "desk") {
      await open("/contract/tokens/table/balances");
      await shot("table-wide");
    }
    await open("/contract/tokens");
    await page.getByRole("heading", { name: "Settings" }).waitFor();
    assert.match(await page.locator("#settings ~ .tree").innerText(), /tokenCreationFee\s+10/);
    await axe();
    await shot("contract-native");
  });

  at("goes through a table page by page", async ({ page, open, demo }) => {
    const first = new Set();
    await open("/contract/tokens/table/balances?index=account");
    const ids = () => page.locator("tbody tr td:first-child").allInnerTexts();
    for (const id of await ids()) first.add(id);
    const next = page.getByRole("link", { name: /Next/ });
    if (await next.isVisible()) {
      await next.click();
      await page.waitForURL("**offset=50**");
      for (const id of await ids()) assert.ok(!first.has(id), `row ${id} is on both pages`);
    }
    const { body } = await json(demo, "/contract/tokens/table/balances.json?offset=1");
    const { body: all } = await json(demo, "/contract/tokens/table/balances.json");
    // balances change meanwhile
    const five = (rows) => rows.slice(0, 5).map(({ _id }) => _id);
    assert.equal(five(body.rows).length, 5);
    assert.deepEqual(five(body.rows), five(all.rows.slice(1)));
  });

  at("follows what happens, pauses, filters, and loses nothing when the connection is cut", async (story) => {
    const { page, demo, axe, shot, allow } = story;
    const { origin, cut, mend } = await wire(demo);
    allow(/ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE|Failed to load resource|Failed to fetch/);
    allow(new RegExp(`^request: ${origin}/`));
    const row = (id) => page.locator("live-feed tbody tr", { has: page.locator(`.said > a[href='/tx/${id}']`) });
    const sends = () => send(demo, transfer(demo, "grace", "heidi", "0.001"));
    await page.goto(`${origin}/live?account=grace`);
    await page.mouse.move(0, 0);
    await page.waitForFunction(() => document.querySelector("live-feed")?.dataset.state === "open");
    await row(await sends()).waitFor();
    await axe();
    await shot("live");
    // paused: what comes waits behind a button
    await page.getByRole("button", { name: "Pause" }).click();
    const late = await sends();
    const show = page.locator("live-feed [data-show]");
    await show.filter({ hasText: /new/ }).waitFor();
    assert.equal(await row(late).count(), 0);
    await axe();
    await shot("live-paused");
    await show.click();
    await row(late).waitFor();
    await page.getByRole("button", { name: "Go on" }).click();
    // cut off: what happened meanwhile comes when the connection is back
    await cut();
    await page.locator("sync-state [data-lost]:visible").waitFor();
    const missed = [await sends(), await sends()];
    await page.waitForTimeout(2_500);
    assert.equal(await row(missed[0]).count(), 0);
    await mend();
    for (const id of missed) await row(id).waitFor({ timeout: 60_000 });
    const ids = await page.locator("live-feed tbody a.id").evaluateAll((links) => links.map((link) => link.href));
    assert.equal(new Set(ids).size, ids.length, "nothing is there twice");
    // only what was asked for
    const senders = await page.locator("live-feed tbody .said").allInnerTexts();
    assert.ok(senders.every((text) => text.includes("grace") || text.includes("tokens") || text.includes("market")), senders.join("; "));
    await page.fill("#l-account", "nobody");
    await page.getByRole("button", { name: "Show", exact: true }).click();
    await page.waitForURL("**account=nobody**");
    await page.getByText("Nothing yet").waitFor();
    await axe();
    await shot("live-empty");
    await cut();
  });

  at("has pages for blocks, contracts, witnesses and what is pending", async ({ page, open, demo, axe, shot }) => {
    const [{ active }] = await rpc(demo.mainChain, "condenser_api.get_accounts", [["dave"]]);
    const [[signingKey]] = active.key_auths;
    const witness = { domain: "dave.example", RPCPort: 5000, P2PPort: 5001, signingKey, enabled: true };
    const { status, transactions } = await done(demo, call(demo, "dave", "witnesses", "register", witness));
    assert.equal(status, "success", JSON.stringify(transactions[0].errors));
    for (const name of ["blocks", "contracts", "witnesses", "pending"]) {
      await open(`/${name}`);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await axe();
      await shot(name);
      await page.emulateMedia({ colorScheme: "dark" });
      await axe("colours");
      await shot(`${name}-dark`);
      await page.emulateMedia({ colorScheme: "light" });
    }
    await open("/witness/dave");
    await page.getByRole("heading", { level: 1, name: "Witness dave" }).waitFor();
    assert.match(await page.locator("main").innerText(), /dave\.example:5000/);
    await axe();
    await shot("witness");
  });

  at("escapes what people write, and cuts what is too long", async ({ page, open, demo, axe, shot }) => {
    const memo = "</pre><script>alert(1)</script> ".repeat(200);
    const { id } = await done(demo, transfer(demo, "alice", "bob", "0.001", memo));
    await open(`/tx/${id}`);
    await page.getByText("Long values are cut here").waitFor();
    await axe();
    await shot("hostile");
    const metadata = { name: "<img src=x onerror=alert(1)>", url: "javascript:alert(1)", icon: "https://elsewhere.example/x.png" };
    const { id: second } = await done(demo, call(demo, demo.founder, "tokens", "updateMetadata", { symbol: demo.token, metadata }));
    for (const path of [`/tx/${second}`, `/tokens/${demo.token}`, `/@${demo.founder}`]) {
      await open(path);
      assert.equal(await page.locator("main img, main [onerror]").count(), 0, path);
      assert.equal(await page.locator("a[href^='javascript:']").count(), 0, path);
    }
    await done(demo, call(demo, demo.founder, "tokens", "updateMetadata", { symbol: demo.token, metadata: { url: "https://cool.example", icon: "", desc: "" } }));
  });

  const pages = async (demo) => {
    await notebook(demo);
    const { body } = await json(demo, "/live.json");
    const { body: witnesses } = await json(demo, "/witnesses.json");
    const [sent] = body.transactions;
    return [
      "/blocks",
      `/block/${sent.block}`,
      `/tx/${sent.id}`,
      `/@${sent.sender}`,
      "/contracts",
      "/contract/tokens",
      "/contract/notebook",
      "/contract/notebook/diff?from=1&to=3",
      "/contract/tokens/table/balances",
      "/live",
      "/pending",
      "/witnesses",
      ...witnesses.witnesses.slice(0, 1).map(({ account }) => `/witness/${account}`),
      "/search?q=co",
    ];
  };

  at("has every page as JSON for programs", async ({ demo }) => {
    for (const address of await pages(demo)) {
      const [path, query] = address.split("?");
      const answer = await fetch(`${demo.sideChain}${path}.json${query ? `?${query}` : ""}`);
      assert.equal(answer.status, 200, address);
      assert.match(answer.headers.get("content-type"), /^application\/json/, address);
      assert.equal(answer.headers.get("access-control-allow-origin"), "*", address);
      assert.ok(Object.keys(await answer.json()).length > 0, address);
    }
  });

  at("reads without a script", async ({ page, open, demo }) => {
    for (const address of await pages(demo)) {
      await open(address);
      const text = await page.locator("main").innerText();
      assert.ok(text.length > 40, address);
      assert.equal(await page.locator("main button:visible:not([type=submit])").count(), 0, `${address}: a button that does nothing`);
      const { scroll, client } = await page.evaluate(() => ({
        scroll: document.documentElement.scrollWidth,
        client: document.documentElement.clientWidth,
      }));
      assert.ok(scroll <= client, `${address} is ${scroll} pixels wide in a window of ${client}`);
    }
    await page.fill("#top-search", "$COOL");
    await page.press("#top-search", "Enter");
    await page.waitForURL("**/tokens/COOL");
  }, { javaScriptEnabled: false });

  at("goes by keyboard, and fits into 320 pixels", async ({ page, open, demo, width }) => {
    if (width === "phone") await page.setViewportSize({ width: 320, height: 640 });
    for (const address of await pages(demo)) {
      await open(address);
      const { scroll, client, wide } = await page.evaluate(() => ({
        scroll: document.documentElement.scrollWidth,
        client: document.documentElement.clientWidth,
        wide: [...document.querySelectorAll("main *")]
          .filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && !element.closest(".table-frame, pre, .source, .tabs"))
          .map((element) => element.outerHTML.slice(0, 120)),
      }));
      assert.ok(scroll <= client, `${address} is ${scroll} pixels wide in a window of ${client}: ${wide.slice(0, 3).join("\n")}`);
      // whatever can be clicked or scrolled is reached, in an order, and shows where one is
      const lost = await page.evaluate(() => {
        const all = [...document.querySelectorAll("main a[href], main button, main input, main select, main summary")];
        return all.filter((element) => element.checkVisibility() && element.tabIndex < 0).map((element) => element.outerHTML.slice(0, 120));
      });
      assert.deepEqual(lost, [], address);
      const scrolling = await page.evaluate(() =>
        [...document.querySelectorAll("main *")]
          .filter((element) => ["auto", "scroll"].includes(getComputedStyle(element).overflowX) && element.scrollWidth > element.clientWidth + 1)
          .filter((element) => element.tabIndex < 0 && element.querySelector("a[href], button, input") === null)
          .map((element) => element.outerHTML.slice(0, 120)),
      );
      assert.deepEqual(scrolling, [], `${address}: scrolls, but not by keyboard`);
    }
    await open("/blocks");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    const first = await page.evaluate(() => document.activeElement?.closest("main")?.id);
    assert.equal(first, "main", "the skip link leads into the page");
  });
});

// A main chain that changes its mind: on a demo of its own, since others would lose what they did.
suite("explorer-hive", (at) => {
  at("says when the main chain takes blocks back that one is looking at", async ({ page, open, demo, axe, shot }) => {
    await rpc(demo.mainChain, "devchain.set_irreversibility", { mode: "frozen" });
    try {
      const { id, transactions } = await done(demo, transfer(demo, "alice", "bob", "0.007"));
      await open(`/tx/${id}`);
      await page.locator("watch-block [data-reversible]:visible").waitFor();
      const feed = await page.context().newPage();
      await feed.goto(`${demo.sideChain}/live`);
      await feed.mouse.move(0, 0);
      await feed.waitForFunction(() => document.querySelector("live-feed")?.dataset.state === "open");
      const row = feed.locator(`.said > a[href='/tx/${id}']`);
      await row.waitFor();
      await page.bringToFront();
      await page.waitForFunction(() => document.documentElement.dataset.js === "on");
      await rpc(demo.mainChain, "devchain.pause", []);
      const { head_block_number: head } = await rpc(demo.mainChain, "condenser_api.get_dynamic_global_properties", []);
      const depth = Math.max(2, head - transactions[0].mainBlock + 1);
      await rpc(demo.mainChain, "devchain.fork", { depth, drop: [id] });
      const notice = page.locator("watch-block [data-reverted]:visible");
      await notice.waitFor();
      assert.match(await notice.innerText(), /took .* back/);
      await axe();
      await shot("taken-back");
      await feed.locator("[data-said]", { hasText: "changed its mind" }).waitFor();
      await row.waitFor({ state: "detached" });
      await feed.close();
    } finally {
      await rpc(demo.mainChain, "devchain.resume", []);
      await rpc(demo.mainChain, "devchain.set_irreversibility", { mode: "hive" });
    }
  });

  at("names the other main chain", async ({ page, open, axe, shot }) => {
    await open("/blocks");
    await page.getByRole("columnheader", { name: "Hive block" }).waitFor();
    await axe();
    await shot("blocks");
  });
}, { chain: "hive" });
