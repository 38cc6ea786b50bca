"""Every kind of failure on demand, one row each: where it can happen, what it is told with, and what it does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from contracts.passport import Passport
from contracts.words import Protocol
from registries_mock.failure_words import HELD_SECONDS, LATE_SECONDS, YEAR_SECONDS
from registries_mock.payloads.contradicting import CONTRADICTIONS, can_contradict

FailureKind = Literal[
    "silence", "slow", "fault", "status", "no_record", "garbage", "truncated", "html_503", "http_error", "close",
    "reset", "soap_fault", "drip", "stall", "oversized", "bom", "wrong_charset", "dtd", "entity_bomb",
    "wrong_namespace", "empty", "another_person", "stale", "contradiction", "missing_element", "extra_element",
    "late", "duplicate", "redelivery", "reordered", "lost", "unknown_chain", "wrong_sender", "push_refused",
    "badly_signed", "unsigned",
]  # fmt: skip
Half = Literal["acceptance", "reply"]
"""Of an asynchronous exchange: what the bus says at once, or the messages that come later."""

_ALL: Final = frozenset(Protocol)
_LATER: Final = frozenset({Protocol.SHEP_ASYNC})
_BUS: Final = frozenset({Protocol.SHEP_SYNC, Protocol.SHEP_ASYNC})
_XML: Final = _ALL - {Protocol.REST}
AT_ONCE: Final = _ALL - _LATER
_DOOR: Final[tuple[Half, ...]] = ("acceptance",)
_REPLY: Final[tuple[Half, ...]] = ("reply",)
_DOOR_FIRST: Final[tuple[Half, ...]] = ("acceptance", "reply")
_EITHER: Final[tuple[Half, ...]] = ("reply", "acceptance")


@dataclass(frozen=True)
class KindRow:
    """One kind."""

    says: str
    """What happens, in the words of the documents."""
    channels: frozenset[Protocol] = _ALL
    halves: tuple[Half, ...] = _REPLY
    """Which it can spoil where the exchange is asynchronous; the first where the row says none."""
    seconds: float | None = 0.0
    """Where the row says none; None: it must."""
    most: float = HELD_SECONDS
    takes_seconds: bool = False
    variants: tuple[str, ...] = ()
    """The first where the row says none."""
    only_in_replies: str = ""
    """A variant that nothing but a late reply can have."""
    code: str = ""
    """What a code stands for; "" where the kind takes none."""
    code_form: str = ""
    """What it looks like, where that is checked; then it is 500 where the row says none."""

    def halves_of(self, variant: str) -> tuple[Half, ...]:
        return _REPLY if variant and variant == self.only_in_replies else self.halves


def _held(says: str, halves: tuple[Half, ...], variants: tuple[str, ...] = (), seconds: float = 0.0) -> KindRow:
    return KindRow(says, halves=halves, seconds=seconds, takes_seconds=True, variants=variants)


def _sent(says: str, seconds: float | None, variants: tuple[str, ...] = ()) -> KindRow:
    """About messages that come later."""
    return KindRow(says, _LATER, seconds=seconds, most=LATE_SECONDS, takes_seconds=True, variants=variants)


KINDS: Final[Mapping[FailureKind, KindRow]] = MappingProxyType(
    {
        "silence": _held(
            "no reply for `seconds`, then HTTP 504; asynchronous: taken, and never answered",
            _EITHER,
            seconds=HELD_SECONDS,
        ),
        "slow": _held(
            "the reply comes after `seconds`; asynchronous: so much later. `uniform`: up to so many; "
            "`lognormal`: their median, sigma 0.5",
            _EITHER,
            ("fixed", "uniform", "lognormal"),
        ),
        "fault": KindRow("a fault with `code` (999)", halves=_DOOR, code="the fault's code"),
        "status": KindRow(
            "`code` in the first place where the service says codes: SHEP's status, HTTP status, or its own element",
            code="the code",
        ),
        "no_record": KindRow("the person is said to have no record"),
        "garbage": KindRow("bytes that are no XML; in a late reply's data a text that is none", halves=_EITHER),
        "truncated": KindRow("the first half", halves=_EITHER),
        "html_503": KindRow("HTTP 503 with a page", halves=_DOOR),
        "http_error": KindRow(
            "the same with the HTTP status `code`, 400 to 599 (500)",
            halves=_DOOR,
            code="the HTTP status",
            code_form=r"[45]\d\d",
        ),
        "close": KindRow("the connection is closed without a reply; asynchronous: and nothing is taken", halves=_DOOR),
        "reset": KindRow("the same, but the connection is torn down (RST)", halves=_DOOR),
        "soap_fault": KindRow(
            "a SOAP fault without a code of the service; asynchronous: and nothing is taken",
            _XML,
            _DOOR,
            variants=("server", "client"),
        ),
        "drip": KindRow(
            "the body comes piece by piece, all of it in `seconds`",
            halves=_DOOR,
            seconds=None,
            takes_seconds=True,
        ),
        "stall": _held(
            "the first half, then nothing for `seconds`, then the end of the connection", _DOOR, seconds=HELD_SECONDS
        ),
        "oversized": KindRow("64 MiB of blanks behind the body: well-formed for who reads it all", halves=_DOOR),
        "bom": KindRow(
            "a byte order mark before the body, or before the late reply's document", halves=("acceptance", "reply")
        ),
        "wrong_charset": KindRow("the bytes are windows-1251, and say utf-8", halves=_DOOR),
        "dtd": KindRow("a document type before the root", _XML, _DOOR_FIRST),
        "entity_bomb": KindRow("entities nine deep, ten each, and one of them used", _XML, _DOOR_FIRST),
        "wrong_namespace": KindRow(
            "`envelope`: SOAP's; `payload`: those of the passport",
            _XML,
            _DOOR,
            variants=("envelope", "payload"),
            only_in_replies="payload",
        ),
        "empty": KindRow("success, and no data"),
        "another_person": KindRow(
            "the record of somebody else: of the first persona whom nobody asks about, and whom the registry knows"
        ),
        "stale": KindRow(
            "the record as it was `seconds` ago, in whole days, counted from the day of the people",
            seconds=YEAR_SECONDS,
            most=LATE_SECONDS,
            takes_seconds=True,
        ),
        "contradiction": KindRow(
            "one value is not what other registries say; `any`: of these the first that the service tells, else "
            "another",
            variants=CONTRADICTIONS,
        ),
        "missing_element": KindRow(
            "a mandatory element is left out: the first that holds something of the record, or that of the path `code`",
            code="a path of the reply, as in the passport",
        ),
        "extra_element": KindRow("an element that nobody agreed on, as the first of the document"),
        "late": _sent("the RESPONSE comes after `seconds`; the NOTIFICATION before it comes as usual", None),
        "duplicate": _sent(
            "the RESPONSE comes twice, the second `seconds` (the usual delay) after the first. `same-id`: the same "
            "message again (fetched by PULL, it is there again after it was accepted); `new-id`: another message of "
            "the same chain",
            0.0,
            ("same-id", "new-id"),
        ),
        "redelivery": _sent(
            "the RESPONSE is delivered three times more, every `seconds` (the usual delay), although it was accepted",
            0.0,
        ),
        "reordered": KindRow(
            "the RESPONSE comes before its NOTIFICATION; where the service sends none, nothing can be reordered", _LATER
        ),
        "lost": KindRow(
            "the RESPONSE is lost on the bus, which holds it for DELIVERED: neither pushed nor fetched; a NOTIFICATION "
            "comes",
            _LATER,
        ),
        "unknown_chain": KindRow(
            "all messages carry a correlation id that nobody was given, and none of the asker's properties", _LATER
        ),
        "wrong_sender": KindRow("all messages name a sender that is not the registry", _LATER),
        "push_refused": KindRow(
            "the participant is treated as one that cannot be reached: no message is pushed, all wait for PULL as "
            "NOT_DELIVERED",
            _LATER,
        ),
        "badly_signed": KindRow(
            "`other-body`: the bus signed another Body than is sent; `other-key`: its own certificate, and a signature "
            "that another key made; `other-holder`: good, but by another organisation's system, which the same "
            "authority vouches for; `untrusted-key`: the key bears the bus's name, and an authority that nobody "
            "believes vouches for it; `expired`, `revoked`: its own certificate was so",
            _BUS,
            _EITHER,
            variants=("other-body", "other-key", "other-holder", "untrusted-key", "expired", "revoked"),
        ),
        "unsigned": KindRow("the reply is not signed", _BUS, _EITHER),
    }
)


def can_happen(kind: FailureKind, variant: str, code: str, passport: Passport) -> bool:
    """Whether such a thing can happen to this service's exchanges at all."""
    if passport.protocol not in KINDS[kind].channels:
        return False
    match kind:
        case "reordered":
            return passport.interim is not None
        case "contradiction":
            return can_contradict(passport, variant)
        case "missing_element":
            return not code or any(field.path == code for field in passport.reply.fields)
        case _:
            return True


def check_code(kind: FailureKind, code: str) -> str:
    """The code as the kind takes it, which may have one of its own; raises ValueError with a sentence."""
    form = KINDS[kind].code_form
    if form and not re.fullmatch(form, code or "500"):
        raise ValueError("code is an HTTP status from 400 to 599")
    return code or ("500" if form else "")
