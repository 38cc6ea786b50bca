// gSOAP: a client of the classes that wsdl2h and soapcpp2 make from both served WSDLs.
// `client URL SENDER PASSWORD SYNC_SERVICE DATA ASYNC_SERVICE DOCUMENT` prints one JSON object of what it read.
// The addresses are those of the WSDLs, compiled in: the URL is not looked at.
#include <unistd.h>

#include <iostream>
#include <sstream>

#include "SyncChannelHttpBinding.nsmap"
// One unit with what was generated: each of its files would read the same headers for a second again.
#include "soapAsyncChannelHttpBindingProxy.cpp"
#include "soapC.cpp"
#include "soapSyncChannelHttpBindingProxy.cpp"

static std::string quoted(const std::string &text) {
  std::string told = "\"";
  for (char one : text) {
    if (one == '"' || one == '\\') told += '\\';
    told += one == '\n' ? std::string("\\n") : std::string{one};
  }
  return told + '"';
}

// The code that stands in the fault of a synchronous call, as the schema's own type.
static std::string code_of(const struct soap *bus) {
  const SOAP_ENV__Detail *detail = bus->fault ? bus->fault->detail : nullptr;
  const common__ErrorInfo *info = detail ? detail->sync__SendMessageFault1_USCORESendMessageFault : nullptr;
  return info ? info->errorCode : "";
}

template <class Proxy>
static int give_up(Proxy &bus) {
  bus.soap_stream_fault(std::cerr);
  return 1;
}

int main(int, char *given[]) {
  const std::string sync_service = given[4], async_service = given[6];
  std::string password = given[3];
  common__SenderInfo sender;
  sender.senderId = given[2];
  sender.password = &password;

  SyncChannelHttpBindingProxy sync(SOAP_C_UTFSTRING);
  sync.soap->recv_timeout = sync.soap->send_timeout = sync.soap->connect_timeout = 10;
  const time_t now = time(nullptr);
  sync__SyncMessageInfo info;
  info.messageId = "gsoap-1";
  info.serviceId = sync_service;
  info.messageDate = now;
  info.sender = &sender;
  xsd__anyType data(sync.soap);
  std::istringstream(given[5]) >> data;
  question__RequestData inside;
  inside.data = &data;
  question__SyncSendMessageRequest question;
  question.requestInfo = &info;
  question.requestData = &inside;
  _sync__SendMessage asked;
  asked.request = &question;
  _sync__SendMessageResponse answered;
  if (sync.SendMessage(&asked, answered)) return give_up(sync);
  xsd__anyType *person = answered.response->responseData->data->elt_get("persons")->elt_get("person");
  common__SenderInfo stranger = sender;
  std::string wrong = "wrong";
  stranger.password = &wrong;
  info.sender = &stranger;
  _sync__SendMessageResponse refused;
  const std::string fault = sync.SendMessage(&asked, refused) ? code_of(sync.soap) : "";

  AsyncChannelHttpBindingProxy async(SOAP_C_UTFSTRING);
  async.soap->recv_timeout = async.soap->send_timeout = async.soap->connect_timeout = 10;
  message__AsyncMessageInfo about;
  about.serviceId = async_service;
  about.messageType = _message__AsyncMessageInfo_messageType::REQUEST;
  about.messageDate = now;
  about.sender = &sender;
  xsd__anyType document(async.soap, nullptr, "data", given[7]);
  common__MessageData content;
  content.data = &document;
  message__AsyncSendMessageRequest message;
  message.messageInfo = &about;
  message.messageData = &content;
  _async__sendMessage sent;
  sent.request = &message;
  _async__sendMessageResponse taken;
  if (async.sendMessage(&sent, taken)) return give_up(async);

  message__AsyncGetMessageStatusRequest which;
  which.messageId = taken.response->messageId;
  which.requestDate = now;
  which.sender = &sender;
  _async__getMessageStatus wondered;
  wondered.request = &which;
  _async__getMessageStatusResponse state;
  if (async.getMessageStatus(&wondered, state)) return give_up(async);

  message__AsyncGetMessagesRequest chain;
  chain.correlationId = &taken.response->correlationId;
  chain.serviceId = async_service;
  chain.sender = &sender;
  _async__getMessages wanted;
  wanted.request = &chain;
  _async__getMessagesResponse got;
  do {
    usleep(20000);
    if (async.getMessages(&wanted, got)) return give_up(async);
  } while (got.response->messages.size() < 2 && time(nullptr) - now < 10);

  std::ostringstream messages, receipts;
  const char *comma = "";
  for (const message__AsyncMessage *one : got.response->messages) {
    common__DeliveryStatusInfo accepted;
    accepted.receiveStatus = _common__DeliveryStatusInfo_receiveStatus::MESSAGE_USCOREACCEPTED;
    accepted.statusDate = now;
    accepted.resendMessage = _common__DeliveryStatusInfo_resendMessage::NOT_USCORERESEND;
    common__DeliveryNotification notification;
    notification.messageId = *one->messageInfo->messageId;
    notification.serviceId = async_service;
    notification.notificationDate = now;
    notification.deliveryStatus = &accepted;
    message__AsyncSendDeliveryNotificationRequest receipt;
    receipt.notification = &notification;
    receipt.requestDate = now;
    receipt.sender = &sender;
    _async__sendDeliveryNotification telling;
    telling.request = &receipt;
    _async__sendDeliveryNotificationResponse known;
    if (async.sendDeliveryNotification(&telling, known)) return give_up(async);
    const bool last = one->messageInfo->messageType == _message__AsyncMessageInfo_messageType::RESPONSE;
    messages << comma << (last ? "\"RESPONSE\": " : "\"NOTIFICATION\": ") << quoted(one->messageData->data->get_text());
    receipts << comma << quoted(known.response->notificationId);
    comma = ", ";
  }
  std::cout << "{\"status\": " << quoted(answered.response->responseInfo->status->code)
            << ", \"iin\": " << quoted(person->elt_get("iin")->get_text())
            << ", \"surname\": " << quoted(person->elt_get("surname")->get_text())
            << ", \"fault\": " << quoted(fault) << ", \"state\": "
            << quoted(soap_common__MessageState2s(async.soap, state.response->messageState))
            << ", \"messages\": {" << messages.str() << "}, \"receipts\": [" << receipts.str() << "]}\n";
}
