// What stories do beside the browser: as members who use another app, as a wallet's extension, and as time itself.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash, createHmac, randomInt } from "node:crypto";
import { once } from "node:events";

/** A word that nobody has used on any demo, in small letters: for names, symbols and permlinks. */
export function unique(stem, letters = 4) {
  return stem + Array.from({ length: letters }, () => String.fromCharCode(97 + randomInt(26))).join("");
}

/** The keys of an account that the demo prints, or that a story has made (`member`). */
export function keys(demo, name) {
  const account = demo.accounts.find((account) => account.name === name);
  if (account) return account;
  const roles = ["owner", "active", "posting", "memo"];
  return { name, ...Object.fromEntries(roles.map((role) => [role, wif(`${name}${role}${demo.masterPassword}`)])) };
}

/** The private key of a seed, in wallet import format. */
function wif(seed) {
  const hash = (bytes) => createHash("sha256").update(bytes).digest();
  const body = Buffer.concat([Buffer.from([0x80]), hash(seed)]);
  const whole = Buffer.concat([body, hash(hash(body)).subarray(0, 4)]);
  let [number, text] = [BigInt(`0x${whole.toString("hex")}`), ""];
  for (; number > 0n; number /= 58n) text = BASE58[Number(number % 58n)] + text;
  return text;
}

/** A new account of the main chain, with tokens that the demo's founder or the engine's account can spare: `{ COOL: "5" }`. */
export async function member(demo, stem, tokens = {}) {
  const name = unique(`${stem}-`);
  await ask(demo.mainChain, "devchain.create_account", [name]);
  for (const [symbol, quantity] of Object.entries(tokens)) {
    const from = symbol === demo.token ? demo.founder : demo.network.engineAccount;
    await call(demo, from, ["tokens", "transfer", { symbol, to: name, quantity }]);
  }
  return name;
}

/** Logs in with a posting key, as somebody does for the first time. */
export async function logIn({ page, open, demo }, name) {
  await open("/login");
  await page.click("t-login button");
  await page.fill("dialog input[name=username]", name);
  await page.check("dialog input[value=key]");
  await page.fill("dialog input[type=password]", keys(demo, name).posting);
  await page.click("dialog button[type=submit]");
  await page.waitForURL(`**/@${name}/wallet`);
}

/** The last step of the launch of a community, whose pool pays once a day; the address of the wizard has all answers. */
export function launchAddress(symbol) {
  const answers = new URLSearchParams({
    ...{ symbol, name: "A small community", precision: "3", max: "1000000", issue: "1000", stake: "week" },
    ...{ delegate: "yes", undelegate_days: "7", with_pool: "yes", reward: "100", interval: "86400" },
    ...{ cashout: "1", curation: "50", post_curve: "1", curation_curve: "0.5", regeneration: "5" },
    ...{ consumption: "2", staked: "50", tags: symbol.toLowerCase(), step: "5" },
  });
  return `/launch?${answers}`;
}

/** Runs the binary with this on its standard input; gives what it prints. */
async function tartan(demo, command, input, key = "") {
  const binary = process.env.TARTAN_BIN;
  assert.ok(binary, "TARTAN_BIN must name the binary: `cargo xtask test --only pages` does");
  const env = {
    ...process.env,
    TARTAN_KEY: key,
    TARTAN_NETWORK: demo.network.name,
    TARTAN_MAIN_CHAIN: demo.mainChain,
    TARTAN_SIDE_CHAIN: demo.sideChain,
  };
  const child = spawn(binary, [command, "-", "--json"], { env });
  let [output, errors] = ["", ""];
  child.stdout.on("data", (part) => (output += part));
  child.stderr.on("data", (part) => (errors += part));
  child.stdin.end(input);
  const [code] = await once(child, "close");
  assert.equal(code, 0, `tartan ${command} failed: ${errors}`);
  return output;
}

/** A transaction with these operations, signed by `tartan sign`. */
export async function signed(demo, name, operations, role = "posting") {
  const transaction = JSON.stringify({ operations, extensions: [] });
  return JSON.parse(await tartan(demo, "sign", transaction, keys(demo, name)[role]));
}

/** Signs operations for an account and sends them; gives the id of the transaction once it is in a block. */
export async function act(demo, name, operations, role = "posting") {
  const transaction = JSON.stringify(await signed(demo, name, operations, role));
  return JSON.parse(await tartan(demo, "broadcast", transaction)).id;
}

/** What the sidechain refused of a transaction, once it has executed it. */
export async function refusals(demo, id) {
  const { transactions } = await until(`the sidechain executes ${id}`, async () => {
    const answer = await fetch(`${demo.sideChain}/tx/${id}.json`);
    return answer.ok && answer.json();
  });
  return transactions.flatMap(({ errors }) => errors);
}

/** Publishes a post with a tag. */
export function publish(demo, author, permlink, tag) {
  const comment = {
    parent_author: "",
    parent_permlink: tag,
    author,
    permlink,
    title: "A post",
    body: `Something to read, by ${author}`,
    json_metadata: JSON.stringify({ tags: [tag] }),
  };
  return act(demo, author, [["comment", comment]]);
}

/** Calls contracts of the sidechain for an account, with its active key; fails unless they do what they are told to. */
export async function call(demo, name, ...calls) {
  const bodies = calls.map(([contractName, contractAction, contractPayload]) => ({
    contractName,
    contractAction,
    contractPayload,
  }));
  const json = JSON.stringify(bodies.length === 1 ? bodies[0] : bodies);
  const operation = { required_auths: [name], required_posting_auths: [], id: demo.network.customJsonId, json };
  const id = await act(demo, name, [["custom_json", operation]], "active");
  assert.deepEqual(await refusals(demo, id), [], json);
  return id;
}

export async function ask(url, method, params) {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const answer = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  const { result, error } = await answer.json();
  assert.ok(!error, `${method}: ${JSON.stringify(error)}`);
  return result;
}

/** Lets time pass on the development chain; only on a demo that is the story's own. */
export function pass(demo, seconds) {
  return ask(demo.mainChain, "devchain.increase_time", [seconds]);
}

/** Rows of a contract's table. */
export function find(demo, contract, table, query = {}) {
  return ask(demo.sideChain, "contracts.find", { contract, table, query, limit: 1000 });
}

/** Waits until something is true of the chain. */
export async function until(what, check, patience = 30_000) {
  const end = Date.now() + patience;
  for (;;) {
    const found = await check();
    if (found) return found;
    assert.ok(Date.now() < end, `${what}: not within ${patience / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

// The curve secp256k1, slowly and with what Node.js has: an extension signs messages, and tests have no library for it.
const P = 2n ** 256n - 2n ** 32n - 977n;
const N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const G = [
  0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798n,
  0x483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8n,
];
const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

const mod = (value, by) => ((value % by) + by) % by;

function inverse(value, by) {
  let [a, b, x, y] = [mod(value, by), by, 1n, 0n];
  while (b) [a, b, x, y] = [b, a % b, y, x - (a / b) * y];
  return mod(x, by);
}

function add(one, other) {
  if (!one) return other;
  if (!other) return one;
  if (one[0] === other[0] && one[1] !== other[1]) return undefined;
  const slope =
    one[0] === other[0]
      ? mod(3n * one[0] * one[0] * inverse(2n * one[1], P), P)
      : mod((other[1] - one[1]) * inverse(other[0] - one[0], P), P);
  const x = mod(slope * slope - one[0] - other[0], P);
  return [x, mod(slope * (one[0] - x) - one[1], P)];
}

function times(factor) {
  let [sum, power] = [undefined, G];
  for (let rest = factor; rest > 0n; rest >>= 1n) {
    if (rest & 1n) sum = add(sum, power);
    power = add(power, power);
  }
  return sum;
}

function secretOf(wif) {
  let number = 0n;
  for (const letter of wif) number = number * 58n + BigInt(BASE58.indexOf(letter));
  // a byte of version in front, a checksum of four behind
  return (number >> 32n) & (2n ** 256n - 1n);
}

/** Signs a text as wallets sign buffers: SHA-256 of it, a compact canonical signature in hexadecimal. */
export function signText(wif, text) {
  const secret = secretOf(wif);
  const digest = createHash("sha256").update(text).digest();
  const hash = BigInt(`0x${digest.toString("hex")}`);
  const hex = (value) => value.toString(16).padStart(64, "0");
  for (let attempt = 0; ; attempt += 1) {
    const seed = createHmac("sha256", hex(secret)).update(digest).update(String(attempt)).digest("hex");
    const nonce = mod(BigInt(`0x${seed}`), N);
    const [x, y] = times(nonce);
    const [r, whole] = [mod(x, N), mod(inverse(nonce, N) * (hash + mod(x, N) * secret), N)];
    const low = whole > N / 2n;
    const s = low ? N - whole : whole;
    if (x >= N || r === 0n || s === 0n || hex(r) >= "80" || hex(r).startsWith("00")) continue;
    const odd = (y & 1n) === 1n;
    return (27 + 4 + Number(odd !== low)).toString(16) + hex(r) + hex(s);
  }
}
