// A portal's code, as small as it can be: before it takes an application it asks whose phone number it was given.

const question = ({ sender, password, iin, phone }) => `\
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>
<n:SendMessage xmlns:n="http://bip.bee.kz/SyncChannel/v10/Types"><request><requestInfo>
<messageId>${crypto.randomUUID()}</messageId><serviceId>BMG_VERIFY_PHONE</serviceId>
<messageDate>${new Date().toISOString()}</messageDate>
<sender><senderId>${sender}</senderId><password>${password}</password></sender></requestInfo>
<requestData><data><v:verifyPhoneRequest xmlns:v="http://mgov.bee.kz/mbc/verifyphone">
<iin>${iin}</iin><phone>${phone}</phone></v:verifyPhoneRequest></data></requestData></request></n:SendMessage>
</soap:Body></soap:Envelope>`;

/** Whether the number is this person's: "own", "somebody else's" or "ask later"; what is not known is never a no. */
export async function checkPhone(bus, iin, phone) {
  try {
    const reply = await fetch(`${bus.url}/bip-sync-wss-gost/`, {
      method: "POST",
      headers: { "Content-Type": "text/xml; charset=utf-8" },
      body: question({ ...bus, iin, phone }),
      signal: AbortSignal.timeout(bus.milliseconds ?? 2000),
    });
    const said = reply.ok && /<result>(true|false)<\/result>/.exec(await reply.text());
    return said ? (said[1] === "true" ? "own" : "somebody else's") : "ask later";
  } catch {
    return "ask later";
  }
}
