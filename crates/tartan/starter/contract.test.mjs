// Run with `tartan contract test` or `npm test`.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import { Sandbox } from './sandbox.mjs';

const NAME = 'CONTRACT_NAME';
const SOURCE = new URL('contract.js', import.meta.url);

// ANCHOR: chain
let sandbox;

before(() => {
  sandbox = new Sandbox();
});

// every test has a chain of its own, with the contract on it
beforeEach(async () => {
  await sandbox.reset();
  const { errors } = await sandbox.deploy(NAME, SOURCE, { maxLength: 20 });
  assert.deepEqual(errors, []);
});

after(() => sandbox.stop());
// ANCHOR_END: chain

// ANCHOR: test
test('a note is written down', async () => {
  const { errors, events } = await sandbox.call('alice', NAME, 'add', { text: 'hello' });
  assert.deepEqual(errors, []);
  assert.deepEqual(events, [{ contract: NAME, event: 'added', data: { id: 1 } }]);

  const notes = await sandbox.find(NAME, 'notes', { author: 'alice' });
  assert.deepEqual(notes, [{ _id: 1, author: 'alice', text: 'hello' }]);
});
// ANCHOR_END: test

test('a note has a text that is not too long', async () => {
  for (const [payload, expected] of [
    [{}, 'text is missing'],
    [{ text: '' }, 'text is missing'],
    [{ text: 5 }, 'text is missing'],
    [{ text: 'x'.repeat(21) }, 'text is longer than 20 characters'],
  ]) {
    const { errors } = await sandbox.call('alice', NAME, 'add', payload);
    assert.deepEqual(errors, [expected]);
  }
  assert.deepEqual(await sandbox.find(NAME, 'notes'), []);
});

test('only its author removes a note', async () => {
  await sandbox.call('alice', NAME, 'add', { text: 'mine' });

  const refused = await sandbox.call('bob', NAME, 'remove', { id: 1 });
  assert.deepEqual(refused.errors, ['only its author can remove a note']);
  for (const id of [2, '1', null, { $gt: 0 }]) {
    const { errors } = await sandbox.call('alice', NAME, 'remove', { id });
    assert.deepEqual(errors, ['there is no such note']);
  }

  const { events } = await sandbox.call('alice', NAME, 'remove', { id: 1 });
  assert.deepEqual(events, [{ contract: NAME, event: 'removed', data: { id: 1 } }]);
  assert.deepEqual(await sandbox.find(NAME, 'notes'), []);
});

test('an update keeps the notes', async () => {
  await sandbox.call('alice', NAME, 'add', { text: 'hello' });
  await sandbox.deploy(NAME, SOURCE);
  assert.equal((await sandbox.request('findContract', { name: NAME })).version, 2);
  assert.equal((await sandbox.find(NAME, 'notes')).length, 1);
});

test('two calls can share a block', async () => {
  const results = await sandbox.block([
    { sender: 'alice', contract: NAME, action: 'add', payload: { text: 'first' } },
    { sender: 'bob', contract: NAME, action: 'add', payload: { text: 'second' } },
  ]);
  assert.deepEqual(results.map(({ events }) => events[0].data.id), [1, 2]);
});
