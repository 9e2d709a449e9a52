// A contract fills `actions` with functions; the one that the transaction names is run.
(function () {
  const actions = Object.create(null);

  (function () {
###ACTIONS###
  }).call(actions);

  (async function () {
    const { action, payload } = api;
    if (action !== 'createSSC') delete actions.createSSC;
    if (typeof actions[action] !== 'function') {
      done('invalid action');
      return;
    }
    try {
      await actions[action](payload);
    } catch (error) {
      done(error || 'nothing was thrown');
      return;
    }
    done(null);
  })();
})();
