<?php
// ext-soap reads both WSDLs: `php client.php URL SENDER PASSWORD SYNC_SERVICE DATA ASYNC_SERVICE DOCUMENT`.
// Prints one JSON object of what it read.
[, $url, $sender, $password, $syncService, $data, $asyncService, $document] = $argv;
$now = date(DATE_ATOM);
$options = ['cache_wsdl' => WSDL_CACHE_NONE, 'features' => SOAP_SINGLE_ELEMENT_ARRAYS, 'connection_timeout' => 10];
$from = ['senderId' => $sender, 'password' => $password];

$bus = new SoapClient("$url/bip-sync-wss-gost/?wsdl", $options);
$ask = fn (array $from) => $bus->SendMessage(['request' => [
    'requestInfo' => ['messageId' => 'php-1', 'serviceId' => $syncService, 'messageDate' => $now, 'sender' => $from],
    'requestData' => ['data' => new SoapVar($data, XSD_ANYXML)],
]])->response;
$reply = $ask($from);
$person = $reply->responseData->data->persons->person;
$told = ['status' => $reply->responseInfo->status->code, 'iin' => $person->iin, 'surname' => $person->surname];
try {
    $ask(['password' => 'wrong'] + $from);
} catch (SoapFault $fault) {
    $told['fault'] = $fault->detail->SendMessageFault1_SendMessageFault->errorCode;
}

$bus = new SoapClient("$url/bip-async-wss-gost/?wsdl", $options);
$taken = $bus->sendMessage(['request' => [
    'messageInfo' => [
        'serviceId' => $asyncService, 'messageType' => 'REQUEST', 'messageDate' => $now, 'sender' => $from,
    ],
    'messageData' => ['data' => new SoapVar($document, XSD_STRING)],
]])->response;
$told['state'] = $bus->getMessageStatus(['request' => [
    'messageId' => $taken->messageId, 'requestDate' => $now, 'sender' => $from,
]])->response->messageState;
for ($got = [], $tries = 0; count($got) < 2 && $tries < 100; $tries++) {
    usleep(20000);
    $got = $bus->getMessages(['request' => [
        'correlationId' => $taken->correlationId, 'serviceId' => $asyncService, 'sender' => $from,
    ]])->response->messages ?? [];
}
foreach ($got as $message) {
    $told['messages'][$message->messageInfo->messageType] = $message->messageData->data;
    $told['receipts'][] = $bus->sendDeliveryNotification(['request' => [
        'notification' => [
            'messageId' => $message->messageInfo->messageId,
            'serviceId' => $asyncService,
            'notificationDate' => $now,
            'deliveryStatus' => [
                'receiveStatus' => 'MESSAGE_ACCEPTED', 'statusDate' => $now, 'resendMessage' => 'NOT_RESEND',
            ],
        ],
        'requestDate' => $now, 'sender' => $from,
    ]])->response->notificationId;
}
echo json_encode($told, JSON_UNESCAPED_UNICODE), "\n";
