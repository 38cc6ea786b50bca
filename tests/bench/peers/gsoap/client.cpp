// gSOAP with its plugin wsse: see running.py for how it is spoken to. Both keys are read once, as its manual shows.
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/resource.h>
#include <time.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

#include "SyncChannelHttpBinding.nsmap"
// One unit with what was generated: each of its files would read the same headers for a second again.
#include "soapC.cpp"
#include "soapSyncChannelHttpBindingProxy.cpp"
#include "wsseapi.h"

static std::string folder;

static std::string read(const char *name) {
  std::ifstream file(folder + "/" + name);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// A value of the flat JSON object that the bench writes.
static std::string word(const std::string &json, const char *key) {
  const std::string mark = std::string("\"") + key + "\": \"";
  const size_t from = json.find(mark);
  if (from == std::string::npos) exit(2);
  const size_t begin = from + mark.size();
  return json.substr(begin, json.find('"', begin) - begin);
}

static X509 *certificate(const char *name) {
  FILE *file = fopen((folder + "/" + name).c_str(), "r");
  X509 *read = file ? PEM_read_X509(file, nullptr, nullptr, nullptr) : nullptr;
  if (!read) exit(2);
  fclose(file);
  return read;
}

static EVP_PKEY *private_key() {
  FILE *file = fopen((folder + "/key.pem").c_str(), "r");
  EVP_PKEY *read = file ? PEM_read_PrivateKey(file, nullptr, nullptr, nullptr) : nullptr;
  if (!read) exit(2);
  fclose(file);
  return read;
}

static double seconds(clockid_t clock) {
  timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec + now.tv_nsec / 1e9;
}

int main(int, char *given[]) {
  folder = given[2];
  const std::string words = read("words.json"), payload = read("data.xml");
  const std::string service = word(words, "service"), inquiry = word(words, "inquiry");
  std::string password = word(words, "password");
  EVP_PKEY *key = private_key();
  X509 *own = certificate("certificate.pem");
  EVP_PKEY *theirs = X509_get_pubkey(certificate("bus.pem"));

  SyncChannelHttpBindingProxy bus(SOAP_C_UTFSTRING | SOAP_IO_KEEPALIVE | SOAP_XML_CANONICAL);
  bus.soap_endpoint = given[1];
  bus.soap->recv_timeout = bus.soap->send_timeout = bus.soap->connect_timeout = 10;
  soap_register_plugin(bus.soap, soap_wsse);

  auto fail = [&]() {
    bus.soap_stream_fault(std::cerr);
    exit(1);
  };
  long number = 0;
  auto call = [&]() {
    common__SenderInfo sender;
    sender.senderId = word(words, "sender");
    sender.password = &password;
    common__Property property;
    property.key = "inquiryId";
    property.value = inquiry;
    sync__SyncMessageInfo info;
    info.messageId = "gsoap-" + std::to_string(++number);
    info.serviceId = service;
    info.messageDate = time(nullptr);
    info.sender = &sender;
    info.properties.push_back(&property);
    xsd__anyType data(bus.soap, nullptr, "data", payload.c_str());
    question__RequestData inside;
    inside.data = &data;
    question__SyncSendMessageRequest question;
    question.requestInfo = &info;
    question.requestData = &inside;
    _sync__SendMessage asked;
    asked.request = &question;
    _sync__SendMessageResponse answered;

    soap_wsse_delete_Security(bus.soap);
    if (soap_wsse_add_BinarySecurityTokenX509(bus.soap, "X509Token", own) ||
        soap_wsse_add_KeyInfo_SecurityTokenReferenceX509(bus.soap, "#X509Token") ||
        soap_wsse_sign_body(bus.soap, SOAP_SMD_SIGN_RSA_SHA256, key, 0) ||
        soap_wsse_verify_auto(bus.soap, SOAP_SMD_VRFY_RSA_SHA256, theirs, 0))
      fail();
    if (bus.SendMessage(&asked, answered)) fail();
    if (soap_wsse_verify_body(bus.soap)) fail();
    if (answered.response->responseInfo->status->code != "SCSS001") exit(1);
    bus.destroy();
  };

  std::cout << "ready" << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    const double started = seconds(CLOCK_MONOTONIC), worked = seconds(CLOCK_PROCESS_CPUTIME_ID);
    for (long n = std::stol(line); n > 0; --n) call();
    std::cout << "{\"cpu\": " << seconds(CLOCK_PROCESS_CPUTIME_ID) - worked
              << ", \"wall\": " << seconds(CLOCK_MONOTONIC) - started << "}" << std::endl;
  }
  return 0;
}
