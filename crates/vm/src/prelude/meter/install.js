// Metering: what instrumented contracts call, and natives that charge for their work.
//
// Runs once in a fresh realm, after the host's Math is installed and before all is frozen. Its value is an array: the
// host's side, then what the names in `PARAMETERS` stand for.
//
// Prices (version 2), in units:
//   a string made: its length / 32, when longer than 31; reading through strings: length / 32; a template: 6 for each part
//   looking for a string: the product of the lengths / 64; each place where it is replaced: 2
//   an array read or copied: length / 4; calls for each element: length; sorting: length * log2(length); joining: length * 4
//   properties copied: 1 each, listed: 2 each, entries: 4 each
//   JSON.parse: length; JSON.stringify: 32 for each value, and the string made
//   then: 4; Promise.all and its like: 8 for each element; Map and Set: 16 for each entry set; a date as text: 16
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
