// A notebook: everyone may write notes, and whoever wrote a note may remove it.
//
// This file is the whole contract. Its actions are the functions in `actions`; all that they can do is in `api`.

// ANCHOR: create
// Runs when the contract is deployed, and again at every update. Nobody can call it.
actions.createSSC = async (params) => {
  if (await api.db.tableExists('notes')) return; // an update: the tables stay as they are
  await api.db.createTable('notes', ['author']); // with an index, to search and sort by
  await api.db.createTable('settings');
  const { maxLength = 280 } = params || {};
  await api.db.insert('settings', { maxLength });
};
// ANCHOR_END: create

// ANCHOR: add
// {"text": "..."} writes a note.
actions.add = async ({ text }) => {
  // a failed check writes its message to the log and is false; it does not end the action, `return` does
  if (!api.assert(typeof text === 'string' && text.length > 0, 'text is missing')) return;
  const { maxLength } = await api.db.findOne('settings', {});
  if (!api.assert(text.length <= maxLength, `text is longer than ${maxLength} characters`)) return;

  // who called is what the main chain has verified
  const note = await api.db.insert('notes', { author: api.sender, text });
  await api.emit('added', { id: note._id });
};
// ANCHOR_END: add

// ANCHOR: remove
// {"id": 1} removes a note.
actions.remove = async ({ id }) => {
  // payloads are what anybody sent: look at the type before you search with it
  const note = Number.isInteger(id) ? await api.db.findOne('notes', { _id: id }) : null;
  if (!api.assert(note !== null, 'there is no such note')) return;
  if (!api.assert(note.author === api.sender, 'only its author can remove a note')) return;

  await api.db.remove('notes', note);
  await api.emit('removed', { id });
};
// ANCHOR_END: remove
