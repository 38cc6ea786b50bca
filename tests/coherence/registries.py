"""A client of the served suite that asks every registry over the wire: the bus both ways, plain SOAP, REST, consent."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Mapping
from typing import Any, Final
from xml.sax.saxutils import escape

from lxml import etree

from contracts.catalogue import Catalogue
from contracts.passport import Passport
from contracts.words import ContextWord, DataForm, Protocol
from tests.coherence.payloads import Reader, Told, Writer, from_object, name_of

SENDER: Final = "asp-gateway"
PASSWORD: Final = "mock-password"
MOMENT: Final = "2026-11-20T10:00:00+05:00"
_SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
_SENDER: Final = f"<sender><senderId>{SENDER}</senderId><password>{PASSWORD}</password></sender>"
_FACTS: Final = {
    ContextWord.MESSAGE_ID: "coherence-1",
    ContextWord.MESSAGE_DATE: MOMENT,
    ContextWord.SENDER_ID: SENDER,
    ContextWord.ORGANISATION_NAME: "Центр трудовой мобильности",
    ContextWord.ORGANISATION_BIN: "990940009991",
    ContextWord.RESPONSIBLE_NAME: "Иванов И.",
    ContextWord.API_KEY: "key",
}
_MANY: Final = 100_000
_PARSER: Final = etree.XMLParser(resolve_entities=False, huge_tree=True, remove_comments=True)


class Registries:
    """All registries behind one address; for many threads at once."""

    def __init__(self, address: str, catalogue: Catalogue) -> None:
        host = address.removeprefix("http://").rstrip("/")
        self._host = host
        self._local = threading.local()
        self._lines: list[http.client.HTTPConnection] = []
        self._writers = {key: Writer(one) for key, one in catalogue.passports.items()}
        self._readers = {key: Reader(catalogue, one) for key, one in catalogue.passports.items()}

    def ask(self, passport: Passport, words: Mapping[str, str]) -> Told:
        """What the source says of them; {} where it has no record."""
        question = {f"question.{word}": text for word, text in words.items()} | _FACTS | dict(words)
        match passport.protocol:
            case Protocol.SHEP_SYNC:
                body = self._post("/bip-sync-wss-gost/", _sync(passport, self._data(passport, question)))
                response = _down(body, "SendMessageResponse", "response")
                code = _down(response, "responseInfo", "status", "code").text or ""
                if any(one.at == "status" and code in one.no_record for one in passport.readings):
                    return {}
                assert code == passport.success_status, f"{passport.key} answers {code}"
                data = _down(response, "responseData", "data")
            case Protocol.SOAP:
                document = etree.tostring(self._writers[passport.key].write(question), encoding="unicode")
                data = self._post(f"/soap/{passport.address}", _envelope(document))[0]
            case Protocol.REST:
                asked = json.dumps(self._writers[passport.key].write_object(question)).encode()
                data = from_object(json.loads(self._send("POST", f"/rest/{passport.address}", asked)))
            case _:
                raise AssertionError(f"{passport.key} answers later")
        return self._read(passport, data)

    def send(self, passport: Passport, words: Mapping[str, str]) -> str:
        """Ask a source that answers later; the chain on which it will."""
        question = {f"question.{word}": text for word, text in words.items()} | _FACTS | dict(words)
        info = (
            f"<messageInfo><serviceId>{passport.service_id}</serviceId><messageType>REQUEST</messageType>"
            f"<messageDate>{MOMENT}</messageDate>{_SENDER}</messageInfo>"
        )
        content = f"{info}<messageData>{self._data(passport, question)}</messageData>"
        body = self._post("/bip-async-wss-gost/", _async("sendMessage", content))
        return _down(body, "sendMessageResponse", "response", "correlationId").text or ""

    def collect(self, passport: Passport) -> dict[str, Told]:
        """What has come of a source that answers later, by chain."""
        content = f"<serviceId>{passport.service_id}</serviceId>{_SENDER}<amount>{_MANY}</amount>"
        body = self._post("/bip-async-wss-gost/", _async("getMessages", content))
        told = {}
        for message in _down(body, "getMessagesResponse", "response"):
            if name_of(message) == "messages" and message.findtext("messageInfo/messageType") == "RESPONSE":
                chain = message.findtext("messageInfo/correlationId") or ""
                told[chain] = self._read(passport, _down(message, "messageData", "data"))
        return told

    def control(self, method: str, path: str, body: object = None) -> Any:
        """The control API; None for an empty answer."""
        text = self._send(method, path, json.dumps(body).encode() if body is not None else b"")
        return json.loads(text) if text else None

    def close(self) -> None:
        for line in self._lines:
            line.close()

    def _data(self, passport: Passport, question: Mapping[str, str]) -> str:
        document = etree.tostring(self._writers[passport.key].write(question), encoding="unicode")
        match passport.request.form:
            case DataForm.STRING:
                return f"<data>{escape(document)}</data>"
            case DataForm.ELEMENT:
                return f"<data>{document}</data>"
            case _:
                return document

    def _read(self, passport: Passport, data: etree._Element) -> Told:
        if passport.reply.form is DataForm.STRING:
            if not data.text:
                return {}
            data = etree.fromstring(data.text.strip().encode(), _PARSER)
        elif passport.reply.form is DataForm.ELEMENT:
            if not len(data):
                return {}
            data = data[0]
        return self._readers[passport.key].read(data)

    def _post(self, path: str, message: bytes) -> etree._Element:
        body = etree.fromstring(self._send("POST", path, message), _PARSER).find(f"{{{_SOAP}}}Body")
        assert body is not None
        return body

    def _send(self, method: str, path: str, body: bytes) -> bytes:
        line = getattr(self._local, "line", None)
        if line is None:
            line = self._local.line = http.client.HTTPConnection(self._host, timeout=60)
            self._lines.append(line)
        line.request(method, path, body, {"Content-Type": "text/xml; charset=utf-8"})
        reply = line.getresponse()
        text: bytes = reply.read()
        assert reply.status < 400, f"{path} answers {reply.status}: {text[:300]!r}"
        return text


def _sync(passport: Passport, data: str) -> bytes:
    return _envelope(
        '<n:SendMessage xmlns:n="http://bip.bee.kz/SyncChannel/v10/Types"><request><requestInfo>'
        f"<messageId>coherence-1</messageId><serviceId>{passport.service_id}</serviceId>"
        f"<messageDate>{MOMENT}</messageDate>{_SENDER}</requestInfo>"
        f"<requestData>{data}</requestData></request></n:SendMessage>"
    )


def _async(operation: str, content: str) -> bytes:
    space = "http://bip.bee.kz/AsyncChannel/v10/Types"
    return _envelope(f'<n:{operation} xmlns:n="{space}"><request>{content}</request></n:{operation}>')


def _envelope(body: str) -> bytes:
    return f'<S:Envelope xmlns:S="{_SOAP}"><S:Body>{body}</S:Body></S:Envelope>'.encode()


def _down(element: etree._Element, *names: str) -> etree._Element:
    """The first element at the end of this way; raises AssertionError where there is none."""
    for name in names:
        found = next((one for one in element if name_of(one) == name), None)
        assert found is not None, f"no {name} in {etree.tostring(element)[:300]!r}"
        element = found
    return element
