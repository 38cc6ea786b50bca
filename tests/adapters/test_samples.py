"""The witness: for every shipped passport, the samples typed by hand are what is sent, and are read as expected."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from adapters.ports import Deadline
from contracts.exchange import ConsentToken, Question, Reply
from contracts.passport import Passport
from contracts.tables import PACKAGED
from contracts.vocabulary.terms import Coded
from contracts.words import ContextWord, DataForm, Protocol, QuestionWord
from tests.adapters.passports import shipped
from tests.adapters.rig import answer, arrived, rig, take
from tests.adapters.stub_server import Asked, Conversation, http, serving

CATALOGUE = shipped()
SAMPLES = PACKAGED / "samples"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
passports = pytest.mark.parametrize("key", sorted(CATALOGUE.passports))
IGNORED = (ContextWord.MESSAGE_ID, ContextWord.MESSAGE_DATE)


def sample(key: str, name: str) -> Path:
    """The sample as XML or JSON; a passport without one fails."""
    folder = SAMPLES / key
    found = [path for path in (folder / f"{name}.xml", folder / f"{name}.json") if path.exists()]
    assert found, f"{key} has no sample {name}"
    return found[0]


def xpath(path: str) -> str:
    """A passport's path, by local names, in lxml's own language."""
    steps = []
    for step in path.split("/"):
        name, _, condition = step.partition("[")
        if name.startswith("@"):
            steps.append(f"@*[local-name()='{name.rpartition(':')[2].lstrip('@')}']")
            continue
        test = ""
        if condition:
            left, _, value = condition.rstrip("]").partition("=")
            test = f"[@{left[1:]}='{value}']" if left.startswith("@") else f"[*[local-name()='{left}']='{value}']"
        steps.append(f"*[local-name()='{name.rpartition(':')[2]}']{test}")
    return "./" + "/".join(steps)


def texts_at(content: Path, path: str) -> list[str]:
    if content.suffix == ".json":
        value: Any = json.loads(content.read_text(encoding="utf-8"))
        for step in path.split("/"):
            value = value.get(step, {}) if isinstance(value, dict) else {}
        return [value] if isinstance(value, str) else []
    root = etree.fromstring(content.read_bytes())
    found = root.xpath(xpath(path))
    assert isinstance(found, list)
    return [
        node if isinstance(node, str) else str(node.text or "")
        for node in found
        if isinstance(node, (str, etree._Element))
    ]


def words_of(passport: Passport) -> dict[str, str]:
    """What the sample's question said, by word."""
    words: dict[str, str] = {}
    for field in passport.request.fields:
        for text in texts_at(sample(passport.key, "request"), field.path) if field.sources else []:
            if text.strip():
                words.setdefault(field.sources[0], text.strip())
    return words


def question_of(words: dict[str, str]) -> Question:
    values = {
        QuestionWord(word.removeprefix("question.")): text[:10] if "T00:00:00" in text else text
        for word, text in words.items()
        if word.startswith("question.")
    }
    token = words.get(ContextWord.CONSENT_TOKEN, "invented-token")
    return Question("inquiry-1", values, ConsentToken(token, words.get(ContextWord.CONSENT_PUBLIC_KEY, "invented-key")))


def settings_of(words: dict[str, str], registry: str) -> dict[str, Any]:
    return {
        "sender_id": words.get(ContextWord.SENDER_ID, "asp-gateway"),
        "organisation_name": words.get(ContextWord.ORGANISATION_NAME, ""),
        "organisation_bin": words.get(ContextWord.ORGANISATION_BIN, ""),
        "responsible_name": words.get(ContextWord.RESPONSIBLE_NAME, ""),
        "api_keys": {registry: words.get(ContextWord.API_KEY, "")},
        "sms_login": words.get(ContextWord.SMS_LOGIN, ""),
        "sms_password": words.get(ContextWord.SMS_PASSWORD, ""),
        "sms_sender": words.get(ContextWord.SMS_SENDER, ""),
        "files_login": words.get(ContextWord.FILES_LOGIN, ""),
        "files_password": words.get(ContextWord.FILES_PASSWORD, ""),
    }


def as_message(passport: Passport, content: bytes) -> bytes:
    """The sample reply as it would come over HTTP, in the form that its passport names."""
    if passport.protocol is Protocol.REST:
        return http(200, content, "application/json")
    root = etree.fromstring(content)
    text = etree.tostring(root, encoding="unicode")
    if passport.protocol is Protocol.SOAP:
        soap = "http://schemas.xmlsoap.org/soap/envelope/"
        return http(200, f'<s:Envelope xmlns:s="{soap}"><s:Body>{text}</s:Body></s:Envelope>'.encode())
    return http(200, answer("DATA").replace(b"<data>DATA</data>", as_data(passport.reply.form, text)))


def as_data(form: DataForm, text: str) -> bytes:
    """`<data>` of a reply: the sample is the whole of it (inline, typed), or its root element."""
    if form in (DataForm.INLINE, DataForm.TYPED):
        return text.encode()
    if form is DataForm.ELEMENT:
        return f"<data>{text}</data>".encode()
    data = etree.Element("data")
    data.text = text
    return etree.tostring(data, encoding="utf-8")


def ask(passport: Passport, name: str) -> tuple[Asked, Reply]:
    """Ask for what the request sample asks, of a stub that answers with a reply sample."""
    words = words_of(passport)
    content = sample(passport.key, name)
    acceptance = (SAMPLES / "shep" / "async-send-response.xml").read_bytes()

    def behave(asked: Asked, conversation: Conversation) -> bytes:
        late = passport.protocol is Protocol.SHEP_ASYNC
        return http(200, acceptance) if late else as_message(passport, content.read_bytes())

    with serving(behave) as server:
        made = rig(
            CATALOGUE,
            server.url,
            settings=settings_of(words, passport.registry),
            sign_payload=lambda document: document,
        )
        got = made.adapters.ask(passport, question_of(words), deadline=Deadline(10), record=made.attempts.append)
        if passport.protocol is Protocol.SHEP_ASYNC:
            data = as_data(
                passport.reply.form, etree.tostring(etree.fromstring(content.read_bytes()), encoding="unicode")
            )
            arrival = take(made.adapters.shep_async, arrived(data, service_id=passport.service_id))
            late = made.adapters.shep_async.read_reply(passport, arrival)
            assert late is not None
            got = late
        made.adapters.close()
    assert isinstance(got, Reply)
    return server.asked[0], got


def sent_payload(passport: Passport, asked: Asked) -> etree._Element:
    """The payload out of the envelope: `data` for the forms without a root."""
    envelope = etree.fromstring(asked.body)
    if passport.protocol is Protocol.SOAP:
        return envelope[-1][0]
    data = next(envelope.iter("data"))
    match passport.request.form:
        case DataForm.STRING:
            return etree.fromstring((data.text or "").encode())
        case DataForm.ELEMENT:
            return data[0]
    return data


def shape(element: etree._Element) -> Any:
    """An element without prefixes, blanks, comments and signature: what canonical equality means here."""
    attributes = {}
    for name, value in element.attrib.items():
        text = str(value)
        if name == f"{XSI}type":
            prefix, _, local = text.rpartition(":")
            text = f"{{{element.nsmap.get(prefix or None, '')}}}{local}"
        attributes[str(name)] = text
    children = [shape(child) for child in element if isinstance(child.tag, str) and child.tag != SIGNATURE]
    return (element.tag, attributes, (element.text or "").strip(), children)


def without_ids(passport: Passport, root: etree._Element) -> etree._Element:
    for field in passport.request.fields:
        if any(source in IGNORED for source in field.sources):
            for node in root.xpath(xpath(field.path)):  # type: ignore[union-attr]
                node.text = "*"  # type: ignore[union-attr]
    return root


@passports
def test_what_is_sent_is_the_sample(key: str) -> None:
    passport = CATALOGUE.passports[key]
    asked, _ = ask(passport, "reply")
    expected = sample(key, "request")
    if passport.protocol is Protocol.REST:
        sent, typed = json.loads(asked.body), json.loads(expected.read_bytes())
        for field in passport.request.fields:
            if any(source in IGNORED for source in field.sources):
                sent.pop(field.path), typed.pop(field.path)
        assert sent == typed
        return
    sent_root = without_ids(passport, sent_payload(passport, asked))
    assert shape(sent_root) == shape(without_ids(passport, etree.fromstring(expected.read_bytes())))


@passports
def test_a_sample_reply_reads_as_expected(key: str) -> None:
    _, reply = ask(CATALOGUE.passports[key], "reply")
    expected = json.loads((SAMPLES / key / "reply.expected.json").read_text(encoding="utf-8"))
    assert reply.outcome == "answered"
    assert plain(reply.record) == expected


@pytest.mark.parametrize("key", sorted(path.parent.name for path in SAMPLES.glob("*/no_record.*")))
def test_a_sample_without_a_record_reads_as_no_record(key: str) -> None:
    _, reply = ask(CATALOGUE.passports[key], "no_record")
    assert reply.outcome == "no_record"


@pytest.mark.parametrize("key", sorted(path.parent.name for path in SAMPLES.glob("*/interim.xml")))
def test_a_sample_that_comes_before_the_answer_is_no_answer(key: str) -> None:
    passport = CATALOGUE.passports[key]
    assert passport.interim is not None
    text = etree.tostring(etree.parse(SAMPLES / key / "interim.xml").getroot(), encoding="unicode")
    made = rig(CATALOGUE, "http://127.0.0.1:9/")
    arrival = take(made.adapters.shep_async, arrived(as_data(passport.interim.form, text), kind="NOTIFICATION"))
    assert made.adapters.shep_async.read_reply(passport, arrival) is None
    made.adapters.close()


def plain(value: Any) -> Any:
    """A record as JSON would show it."""
    match value:
        case dict():
            return {key: plain(item) for key, item in value.items()}
        case list():
            return [plain(item) for item in value]
        case Coded():
            return {"code": value.code, "value": value.value, "ru": value.ru, "kk": value.kk}
        case bool() | int() | None:
            return value
        case date():
            return value.isoformat()
    return str(value)
