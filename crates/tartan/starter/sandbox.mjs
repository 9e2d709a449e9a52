// A chain in memory for tests: `tartan sandbox`, which answers lines of JSON with lines of JSON.

import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';

// The account that may deploy in a sandbox.
const DEPLOYER = 'hive-engine';
// Where the main chain stands when the sandbox begins.
const FIRST_BLOCK = 80_000_000;
const BEGIN = Date.parse('2026-01-01T00:00:00Z');

export class Sandbox {
  #process;
  #waiting = [];
  #requests = 0;
  #blocks = 0;
  #transactions = 0;

  // `tartan contract test` says in TARTAN where the program is.
  constructor(program = process.env.TARTAN || 'tartan') {
    this.#process = spawn(program, ['sandbox'], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#process.on('error', (error) => this.#fail(new Error(`cannot start ${program}: ${error.message}`)));
    this.#process.on('exit', () => this.#fail(new Error('the sandbox has ended')));
    this.#process.stdin.on('error', () => {}); // its end is told by the event `exit`
    createInterface({ input: this.#process.stdout }).on('line', (line) => {
      const { result, error } = JSON.parse(line);
      const { resolve, reject } = this.#waiting.shift();
      if (error) reject(new Error(`${error.code}: ${error.message}`));
      else resolve(result);
    });
  }

  // Asks for anything that the sandbox knows, such as `findContract` or `dump`. Answers come in the order of requests.
  request(method, params = {}) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#requests += 1;
      this.#process.stdin.write(`${JSON.stringify({ id: this.#requests, method, params })}\n`);
    });
  }

  // A new chain without contracts. As on new networks, a call that ends in an error leaves no trace in the tables, and
  // the work of each call is counted.
  async reset(config = {}) {
    this.#blocks = 0;
    this.#transactions = 0;
    await this.request('reset', { config: { atomic: true, metered: true, ...config }, genesis: [] });
  }

  // Deploys a contract, or a new version of it, from a file.
  async deploy(name, file, params = '') {
    const code = (await readFile(file)).toString('base64');
    return this.call(DEPLOYER, 'contract', 'deploy', { name, params, code });
  }

  // Calls an action, in a block of its own, and gives `{ errors, events }`. Put `isSignedWithActiveKey: true` into the
  // payload for what needs the active key.
  async call(sender, contract, action, payload = {}) {
    const [log] = await this.block([{ sender, contract, action, payload }]);
    return log;
  }

  // Makes a block of calls, three seconds after the one before, and gives what each of them logged.
  async block(calls) {
    this.#blocks += 1;
    const refHiveBlockNumber = FIRST_BLOCK + this.#blocks;
    const transactions = calls.map(({ payload, ...call }) => {
      this.#transactions += 1;
      const transactionId = `t${this.#transactions}`;
      return { refHiveBlockNumber, transactionId, ...call, payload: JSON.stringify(payload) };
    });
    const block = {
      refHiveBlockNumber,
      refHiveBlockId: `id${refHiveBlockNumber}`,
      prevRefHiveBlockId: `id${refHiveBlockNumber - 1}`,
      timestamp: new Date(BEGIN + 3000 * this.#blocks).toISOString().slice(0, 19),
      transactions,
    };
    await this.request('produceBlock', { block });
    return Promise.all(transactions.map(async ({ transactionId }) => {
      const { logs } = await this.request('getTransactionInfo', { txid: transactionId });
      return { errors: [], events: [], ...JSON.parse(logs) };
    }));
  }

  // The rows of a table that match a query; null if there is no such table.
  find(contract, table, query = {}) {
    return this.request('find', { contract, table, query });
  }

  stop() {
    this.#process.stdin.end();
  }

  #fail(error) {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}
