// Metering: what instrumented contracts call, and natives that charge for their work.
//
// Runs once in a fresh realm, after the host's Math is installed and before all is frozen. Its value is an array: the
// host's side, then what the names in `PARAMETERS` stand for.
//
// Prices (version 1), in units:
//   a string made: its length / 32, when longer than 31; reading through strings: length / 32
//   an array read or copied: length / 4; calls for each element: length; sorting: length * log2(length)
//   properties listed or copied: 1 each, entries 3 each
//   JSON.parse: length / 2; JSON.stringify: 2 for each value, and the string made
//   then: 4; Promise.all and its like: 8 for each element; Map and Set: 2 for each entry set
// While a string longer than 1024 has been seen, operators that read strings without a charge of their own (comparing,
// converting) cost more: so does everything else, by the factor 1 + longest / 1024.
(function install(core, replacing, arrays, strings, objects, json, collections) {
  'use strict';

  const meter = replacing(core());
  const argumentsOf = arrays(meter);
  for (const part of [strings, objects, json, collections]) part(meter);
  return [
    meter.host,
    [
      meter.state, meter.exceeded, undefined, meter.made, meter.properties, meter.enumerable, meter.heritage, meter.constructed,
      meter.power, meter.reference, meter.powerAssign, meter.fieldsBegin, meter.fieldsEnd, argumentsOf, meter.template,
    ],
  ];
})
