// The npm package soap: `node client.js URL SENDER PASSWORD SYNC_SERVICE DATA ASYNC_SERVICE DOCUMENT` prints one JSON
// object of what it read.
const { setTimeout: sleep } = require('timers/promises');
const soap = require('soap');

const [url, senderId, password, syncService, data, asyncService, document] = process.argv.slice(2);
const now = new Date().toISOString();
const sender = { senderId, password };

async function course() {
  let bus = await soap.createClientAsync(`${url}/bip-sync-wss-gost/?wsdl`);
  const ask = (from) => bus.SendMessageAsync({
    request: {
      requestInfo: { messageId: 'node-1', serviceId: syncService, messageDate: now, sender: from },
      requestData: { $xml: data },
    },
  });
  const [{ response: reply }] = await ask(sender);
  const fault = await ask({ ...sender, password: 'wrong' }).catch((error) => error.root.Envelope.Body.Fault.detail);
  const { person } = reply.responseData.data.persons;

  bus = await soap.createClientAsync(`${url}/bip-async-wss-gost/?wsdl`);
  const [{ response: taken }] = await bus.sendMessageAsync({
    request: {
      messageInfo: { serviceId: asyncService, messageType: 'REQUEST', messageDate: now, sender },
      messageData: { data: document },
    },
  });
  const [{ response: state }] = await bus.getMessageStatusAsync({
    request: { messageId: taken.messageId, requestDate: now, sender },
  });
  let got = [];
  for (let tries = 0; got.length < 2 && tries < 100; tries += 1) {
    await sleep(20);
    const wanted = { correlationId: taken.correlationId, serviceId: asyncService, sender };
    const [{ response: found }] = await bus.getMessagesAsync({ request: wanted });
    got = [found.messages ?? []].flat();
  }
  const messages = {};
  const receipts = [];
  for (const { messageInfo, messageData } of got) {
    messages[messageInfo.messageType] = messageData.data.$value ?? messageData.data;
    const [{ response: receipt }] = await bus.sendDeliveryNotificationAsync({
      request: {
        notification: {
          messageId: messageInfo.messageId,
          serviceId: asyncService,
          notificationDate: now,
          deliveryStatus: { receiveStatus: 'MESSAGE_ACCEPTED', statusDate: now, resendMessage: 'NOT_RESEND' },
        },
        requestDate: now,
        sender,
      },
    });
    receipts.push(receipt.notificationId);
  }
  return {
    status: reply.responseInfo.status.code,
    iin: person.iin,
    surname: person.surname,
    fault: fault.SendMessageFault1_SendMessageFault.errorCode,
    state: state.messageState,
    messages,
    receipts,
  };
}

course().then((told) => console.log(JSON.stringify(told)));
