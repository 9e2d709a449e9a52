'use strict';
// Starts `tartan demo` and reads what it says of itself.

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const { createInterface } = require('node:readline');

const START_TIMEOUT = 120_000;
const STOP_TIMEOUT = 20_000;

/** A running demo: the fields of its JSON line (README.md beside), `account(name)` and `stop()`. */
async function startDemo(chain) {
  const binary = process.env.TARTAN_BIN;
  assert.ok(binary, 'TARTAN_BIN must name the binary: `cargo xtask test --only clients` does');
  const ports = ['--main-chain-port', '0', '--side-chain-port', '0'];
  const child = spawn(binary, ['demo', '--json', '--chain', chain, ...ports, '--block-interval', '1s'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = keepLast(child.stderr, 60);
  const exit = once(child, 'exit');
  // A test run that dies must not leave a demo behind.
  process.on('exit', () => child.kill('SIGKILL'));

  const line = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([line]) => line),
    exit.then(([code]) => Promise.reject(new Error(`the demo ended with ${code}:\n${log()}`))),
    timeout(START_TIMEOUT).then(() => Promise.reject(new Error(`the demo did not get ready:\n${log()}`))),
  ]);
  const demo = JSON.parse(line);
  return {
    ...demo,
    log,
    account(name) {
      const account = demo.accounts.find((account) => account.name === name);
      assert.ok(account, `the demo prints no keys of ${name}`);
      return account;
    },
    async stop() {
      child.kill('SIGINT');
      const [code, signal] = await Promise.race([
        exit,
        timeout(STOP_TIMEOUT).then(() => Promise.reject(new Error(`the demo did not stop:\n${log()}`))),
      ]);
      assert.deepEqual([code, signal], [0, null], `the demo did not end cleanly:\n${log()}`);
    },
  };
}

function keepLast(stream, count) {
  const lines = [];
  createInterface(stream).on('line', (line) => {
    lines.push(line);
    lines.splice(0, lines.length - count);
  });
  return () => lines.join('\n');
}

/** Resolves after `ms`; keeps no process alive. */
function timeout(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

module.exports = { startDemo };
