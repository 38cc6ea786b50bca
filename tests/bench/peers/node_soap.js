// node-soap with its WSSecurityCert: see running.py for how it is spoken to. It has nothing that verifies a reply, so
// xml-crypto, by which it signs, is called for that.
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const readline = require('node:readline');
const axios = require('axios');
const { DOMParser } = require('@xmldom/xmldom');
const soap = require('soap');
const { SignedXml } = require('xml-crypto');

const [url, folder, wsdl] = process.argv.slice(2);
const read = (name) => fs.readFileSync(path.join(folder, name), 'utf8');
const words = JSON.parse(read('words.json'));
const [key, certificate, bus, data] = ['key.pem', 'certificate.pem', 'bus.pem', 'data.xml'].map(read);
const DSIG = 'http://www.w3.org/2000/09/xmldsig#';

function verify(xml) {
  const signature = new DOMParser().parseFromString(xml, 'text/xml').getElementsByTagNameNS(DSIG, 'Signature')[0];
  const signed = new SignedXml({ publicCert: bus, idMode: 'wssecurity', getCertFromKeyInfo: () => null });
  signed.loadSignature(signature);
  if (!signed.checkSignature(xml)) throw new Error('the signature does not hold');
}

async function main() {
  const agent = new http.Agent({ keepAlive: true });
  const request = axios.create({ httpAgent: agent, proxy: false });
  const client = await soap.createClientAsync(wsdl, { endpoint: url, request });
  client.setSecurity(
    new soap.WSSecurityCert(key, certificate, '', {
      hasTimeStamp: false,
      signatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
      digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha256',
    }),
  );
  async function call() {
    const requestInfo = {
      messageId: crypto.randomUUID(),
      serviceId: words.service,
      messageDate: new Date().toISOString(),
      sender: { senderId: words.sender, password: words.password },
      properties: { key: 'inquiryId', value: words.inquiry },
    };
    const [{ response }, xml] = await client.SendMessageAsync({ request: { requestInfo, requestData: { data } } });
    verify(xml);
    if (response.responseInfo.status.code !== 'SCSS001') throw new Error(response.responseInfo.status.code);
  }

  console.log('ready');
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const started = process.hrtime.bigint();
    const worked = process.cpuUsage();
    for (let n = 0; n < Number(line); n += 1) await call();
    const { user, system } = process.cpuUsage(worked);
    const wall = Number(process.hrtime.bigint() - started) / 1e9;
    console.log(JSON.stringify({ cpu: (user + system) / 1e6, wall }));
  }
  process.exit(0);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
