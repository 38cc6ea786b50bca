// Calls the public client of NCALayer as a page would: `node drive.js URL CALLS`, where CALLS is a JSON list of
// [method, argument...]. An argument "!!name" is the client's own constant of that name. Prints a JSON list with, for
// each call, {"result": ...} or {"error": text, "canceled": bool}.
const { NCALayerClient } = require('ncalayer-js-client');

const [url, calls] = process.argv.slice(2);
const meant = (value) => (typeof value === 'string' && value.startsWith('!!') ? NCALayerClient[value.slice(2)] : value);

(async () => {
  const client = new NCALayerClient(url, false);
  const told = [];
  for (const [method, ...values] of JSON.parse(calls)) {
    try {
      const result = await client[method](...values.map(meant));
      told.push({ result: result === undefined ? null : result });
    } catch (error) {
      told.push({ error: error.message, canceled: Boolean(error.canceledByUser) });
      if (method === 'connect') break; // the client would wait for ever for answers to what follows
    }
  }
  console.log(JSON.stringify(told));
  process.exit(0);
})();
