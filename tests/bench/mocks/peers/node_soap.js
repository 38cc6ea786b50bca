// A node-soap server of the published SyncChannel contract: `node node_soap.js WSDL PORT DELAY_MS REPLY_CHARACTERS`.
const http = require("node:http");
const fs = require("node:fs");
const soap = require("soap");

const [, , wsdl, port, delay, characters] = process.argv;
const data = "x".repeat(Number(characters));
const answer = (message) => ({
  response: {
    responseInfo: {
      messageId: "m-1",
      responseDate: "2026-01-01T00:00:00.000+05:00",
      status: { code: message.request.requestInfo.serviceId ? "SCSS001" : "SCSE001", message: "ok" },
      sessionId: "{00000000-0000-4000-8000-000000000000}",
    },
    responseData: { data },
  },
});
const SendMessage = (message, callback) => {
  if (Number(delay)) setTimeout(() => callback(answer(message)), Number(delay));
  else callback(answer(message));
};

const text = fs.readFileSync(wsdl, "utf8");
const service = /<(?:\w+:)?service\s[^>]*name="([^"]+)"/.exec(text)[1];
const endpoint = /<(?:\w+:)?service\s[\s\S]*?<(?:\w+:)?port\s[^>]*name="([^"]+)"/.exec(text)[1];
const server = http.createServer((request, response) => response.end("ok"));
server.listen(Number(port), "127.0.0.1", () => {
  const services = { [service]: { [endpoint]: { SendMessage } } };
  const callback = (failure) => console.log(failure ? `fails: ${failure}` : `listens on http://127.0.0.1:${port}`);
  soap.listen(server, { path: "/bip-sync-wss-gost/", services, xml: text, uri: wsdl, callback });
});
