"""Adapters with a fixed clock, counted ids and waits that do not wait, and the messages that a stub answers with."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from itertools import count
from typing import Any

from adapters.assemble import AdapterConfig, Adapters, build_adapters
from adapters.shep.asynchronous import AsyncChannel
from contracts.catalogue import Catalogue
from contracts.exchange import Arrival, Attempt, ConsentToken, Question
from contracts.words import QuestionWord

NOW = datetime(2026, 2, 10, 9, 15, tzinfo=timezone(timedelta(hours=5)))
IIN = "880314490010"
SYNC = "http://bip.bee.kz/SyncChannel/v10/Types"


@dataclass
class Rig:
    """What a test holds of a set of adapters."""

    adapters: Adapters
    attempts: list[Attempt] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    @property
    def failures(self) -> list[str]:
        return [attempt.failure for attempt in self.attempts]


def rig(catalogue: Catalogue, url: str, **given: Any) -> Rig:
    numbers = count(1)
    waits: list[float] = []
    settings: dict[str, Any] = {
        "sender_id": "asp-gateway",
        "sender_password": "not-a-real-password",
        "organisation_name": "Центр занятости",
        "organisation_bin": "120340000000",
        "responsible_name": "ИВАНОВА А.А.",
        "api_keys": {"aisoip": "invented-key"},
        **given.pop("settings", {}),
    }
    config = AdapterConfig(
        shep_sync_url=url, shep_async_url=url, soap_base=f"{url}soap", rest_base=f"{url}rest", **settings
    )
    adapters = build_adapters(
        config,
        catalogue,
        new_id=lambda: f"id-{next(numbers)}",
        sleep=waits.append,
        **{"clock": lambda: NOW, "wait": lambda state: 0.01, **given},
    )
    return Rig(adapters, waits=waits)


def question(*, consent: bool = False, **values: str) -> Question:
    asked = {QuestionWord(word): value for word, value in (values or {"iin": IIN}).items()}
    return Question("inquiry-1", asked, ConsentToken("invented-token", "invented-public-key") if consent else None)


def answer(data: str, *, status: str = "SCSS001", attributes: str = "") -> bytes:
    """A SendMessageResponse around `data` (XML as it stands)."""
    return (
        f'<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>'
        f'<ns2:SendMessageResponse xmlns:ns2="{SYNC}"><response><responseInfo><messageId>reply-1</messageId>'
        f"<responseDate>2026-02-10T09:15:01+05:00</responseDate><status><code>{status}</code><message/></status>"
        f"</responseInfo><responseData><data{attributes}>{data}</data></responseData></response>"
        f"</ns2:SendMessageResponse></S:Body></S:Envelope>"
    ).encode()


def fault(code: str) -> bytes:
    return (
        f'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode>s:Server</faultcode>'
        f'<faultstring>Ошибка</faultstring><detail><t:SendMessageFault1_SendMessageFault xmlns:t="{SYNC}">'
        f"<errorCode>{code}</errorCode><errorMessage>Ошибка</errorMessage></t:SendMessageFault1_SendMessageFault></detail>"
        f"</s:Fault></s:Body></s:Envelope>"
    ).encode()


PERSON = (
    "<persons><person><iin>880314490010</iin><surname>АХМЕТОВА</surname><birthDate>1988-03-14</birthDate>"
    "<gender><code>2</code><nameRu>Женский</nameRu><nameKz>Әйел</nameKz></gender><documents>"
    "<document><number>N1</number><endDate>2030-01-02</endDate></document>"
    "<document><number>N2</number><endDate>2031-01-02+05:00</endDate></document></documents></person></persons>"
)
FOUND = f"<requestId>id-1</requestId><result><code>00</code></result>{PERSON}"


def texts_of(error: BaseException | None) -> Iterator[str]:
    """Everything that a traceback would print of an error and its causes."""
    while error is not None:
        yield f"{error} {error!r}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def take(bus: AsyncChannel, raw: bytes) -> Arrival:
    """What the bus pushed, which is a message."""
    pushed = bus.read_pushed(raw)
    assert isinstance(pushed, Arrival)
    return pushed


def arrived(data: bytes, *, kind: str = "RESPONSE", service_id: str = "SMALL", message_id: str = "late-1") -> bytes:
    """A message that the bus pushes to us, around a whole `<data>` element."""
    head = (
        '<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body><a:sendMessage'
        ' xmlns:a="http://bip.bee.kz/AsyncChannel/v10/Types"><request><messageInfo>'
        f"<messageId>{message_id}</messageId><correlationId>chain-1</correlationId><serviceId>{service_id}</serviceId>"
        f"<messageType>{kind}</messageType><messageDate>2026-02-10T10:15:00+05:00</messageDate>"
        "<sender><senderId>registry</senderId></sender>"
        "<properties><key>other</key><value>x</value></properties>"
        "<properties><key>inquiryId</key><value>inquiry-1</value></properties></messageInfo><messageData>"
    )
    return head.encode() + data + b"</messageData></request></a:sendMessage></S:Body></S:Envelope>"
