"""What each failure of a late reply is on the wire: fetched over a bare socket again and again, and pushed as well."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pytest
from lxml import etree

from contracts.catalogue import Catalogue, load_catalogue
from contracts.passport import Passport
from contracts.words import Protocol
from registries_mock.failure_kinds import KINDS, FailureKind, can_happen
from registries_mock.wire import body_of
from tests.registries_mock.bare_socket import Wire, is_xml, open_wire
from tests.registries_mock.judges import assert_envelope
from tests.registries_mock.small_world import SENDER_ELEMENT, async_message

KEY = "oop-labour-history"
"""It sends word before its reply."""
HOUR = 3600.0
LOOKS = (1.0, HOUR, HOUR, HOUR, HOUR)
"""Seconds after which somebody fetches, again and again."""
NAMES = ("messageType", "messageId", "correlationId", "sender/senderId")


@dataclass(frozen=True)
class Fetched:
    """One message."""

    kind: str
    id: str
    chain: str
    sender: str
    data: str
    """What stands in the element data."""


@dataclass(frozen=True)
class Late:
    """One exchange, and what came of it."""

    chain: str
    looks: Sequence[Sequence[Fetched]]
    pushed: Sequence[str]
    """The kinds of what was pushed, in its order."""

    @property
    def kinds(self) -> list[list[str]]:
        return [[one.kind for one in look] for look in self.looks]

    @property
    def data(self) -> str:
        """Of the first RESPONSE."""
        return next(one.data for look in self.looks for one in look if one.kind == "RESPONSE")


@pytest.fixture(scope="module")
def wire(catalogue: Catalogue) -> Iterator[Wire]:
    with open_wire(catalogue) as opened:
        yield opened


@pytest.fixture
def mended(wire: Wire) -> Iterator[Wire]:
    yield wire
    wire.mend()


def follow(wire: Wire, passport: Passport, iin: str) -> Late:
    """Ask, then fetch and accept whatever waits."""
    chain = assert_envelope(wire.ask(passport, iin).body, "async-types.xsd").findtext("response/correlationId")
    looks = []
    for seconds in LOOKS:
        wire.timer.advance(seconds)
        looks.append(fetch(wire, passport))
        for one in looks[-1]:
            accept(wire, one.id)
    pushed = [str(body_of(body).findtext(".//messageType")) for _, body in wire.participant.got]
    return Late(str(chain), looks, pushed)


def fetch(wire: Wire, passport: Passport) -> list[Fetched]:
    pull = async_message("getMessages", f"<serviceId>{passport.service_id}</serviceId>{SENDER_ELEMENT}")
    body = assert_envelope(wire.post("/bip-async-wss-gost/", pull).body, "async-types.xsd")
    found = []
    for one in body.findall("response/messages"):
        data = one.find("messageData/data")
        assert data is not None
        inside = (data.text or "") + "".join(etree.tostring(child, encoding="unicode") for child in data)
        words = [str(one.findtext(f"messageInfo/{name}")) for name in NAMES]
        found.append(Fetched(words[0], words[1], words[2], words[3], inside))
    return found


def accept(wire: Wire, message_id: str) -> None:
    told = f"<messageId>{message_id}</messageId><deliveryStatus><receiveStatus>MESSAGE_ACCEPTED</receiveStatus>"
    notice = async_message(
        "sendDeliveryNotification", f"{SENDER_ELEMENT}<notification>{told}</deliveryStatus></notification>"
    )
    assert wire.post("/bip-async-wss-gost/", notice).status == 200


Judge = Callable[[Late, Late], bool]
"""Whether the failed exchange is what the kind promises, beside the usual one."""
WORD, ANSWER = ["NOTIFICATION"], ["RESPONSE"]
BOTH = WORD + ANSWER
NEVER: list[str] = []


def is_whole_in_the_end(late: Late) -> bool:
    return late.kinds[0] == NEVER and [kind for look in late.kinds for kind in look] == BOTH


def is_spoiled(mark: str) -> Judge:
    """The messages come as ever, and the data of the reply has this."""
    return lambda late, usual: late.kinds == usual.kinds and mark in late.data and mark not in usual.data


def differs(late: Late, usual: Late) -> bool:
    return late.kinds == usual.kinds and late.data != usual.data


def says_the_same(late: Late, usual: Late) -> bool:
    return (late.kinds, late.data) == (usual.kinds, usual.data)


JUDGES: dict[tuple[str, str], Judge] = {
    ("silence", ""): lambda late, _: not any(late.kinds) and not late.pushed,
    ("slow", "fixed"): lambda late, _: late.kinds == [NEVER, BOTH, NEVER, NEVER, NEVER],
    ("slow", "uniform"): lambda late, _: is_whole_in_the_end(late),
    ("slow", "lognormal"): lambda late, _: is_whole_in_the_end(late),
    ("status", ""): is_spoiled("<status>999</status>"),
    ("no_record", ""): differs,
    ("garbage", ""): lambda late, usual: late.kinds == usual.kinds and late.data.strip() == "not what was asked for",
    ("truncated", ""): lambda late, usual: (
        late.kinds == usual.kinds and not is_xml(late.data.encode()) and late.data.rstrip() in usual.data
    ),
    ("bom", ""): is_spoiled("\ufeff"),
    ("dtd", ""): is_spoiled("<!DOCTYPE"),
    ("entity_bomb", ""): lambda late, _: late.data.count("<!ENTITY") == 10 and late.data.count("&e9;") == 1,
    ("wrong_namespace", "payload"): is_spoiled("/other"),
    ("empty", ""): lambda late, usual: late.kinds == usual.kinds and len(late.data) < len(usual.data),
    ("another_person", ""): differs,
    ("stale", ""): differs,
    ("contradiction", "any"): differs,
    ("missing_element", ""): lambda late, usual: (
        late.kinds == usual.kinds and is_xml(late.data.encode()) and len(late.data) < len(usual.data)
    ),
    ("extra_element", ""): is_spoiled("notAgreedOn"),
    ("late", ""): lambda late, _: late.kinds == [WORD, ANSWER, NEVER, NEVER, NEVER],
    ("duplicate", "same-id"): lambda late, _: (
        late.kinds == [BOTH, ANSWER, NEVER, NEVER, NEVER] and late.looks[0][1] == late.looks[1][0]
    ),
    ("duplicate", "new-id"): lambda late, _: (
        late.kinds == [BOTH, ANSWER, NEVER, NEVER, NEVER]
        and late.looks[0][1].id != late.looks[1][0].id
        and late.looks[0][1].chain == late.looks[1][0].chain
    ),
    ("redelivery", ""): lambda late, _: (
        late.kinds == [BOTH, ANSWER, ANSWER, ANSWER, NEVER]
        and {late.looks[0][1]} == {one for look in late.looks[1:] for one in look}
    ),
    ("reordered", ""): lambda late, _: late.pushed == BOTH[::-1] and late.kinds[0] == BOTH[::-1],
    ("lost", ""): lambda late, _: late.kinds == [WORD, NEVER, NEVER, NEVER, NEVER] and late.pushed == WORD,
    ("unknown_chain", ""): lambda late, usual: (
        late.kinds == usual.kinds and late.chain not in {one.chain for one in late.looks[0]} != {usual.chain}
    ),
    ("wrong_sender", ""): lambda late, usual: (
        late.kinds == usual.kinds
        and {one.sender for one in late.looks[0]} == {"another-participant"} != {one.sender for one in usual.looks[0]}
    ),
    ("push_refused", ""): lambda late, usual: late.kinds == usual.kinds and not late.pushed and usual.pushed == BOTH,
    **{("badly_signed", variant): says_the_same for variant in KINDS["badly_signed"].variants},
    ("unsigned", ""): says_the_same,
}
"""An unsigned request is answered unsigned: of bad signatures nothing is seen here, test_late_failures shows them."""
PASSPORT = load_catalogue().passports[KEY]
ROWS = [
    (kind, variant)
    for kind, row in KINDS.items()
    for variant in row.variants or ("",)
    if can_happen(kind, variant, "", PASSPORT) and "reply" in row.halves_of(variant)
]
SECONDS: dict[FailureKind, float] = {kind: min(HOUR, row.most) for kind, row in KINDS.items() if row.takes_seconds}
OTHERS = {"stale": ("kgd-incomes", "rent-and-sale")}
"""Where the usual person has nothing to show: another service, about another person."""


@pytest.mark.parametrize(("kind", "variant"), ROWS, ids=lambda value: str(value) or "-")
def test_a_late_reply_fails_so_on_the_wire(kind: FailureKind, variant: str, mended: Wire) -> None:
    key, persona = OTHERS.get(kind, (KEY, "family-of-five"))
    passport, iin = mended.catalogue.passports[key], mended.iin(persona)
    usual = follow(mended, passport, iin)
    mended.participant.got.clear()
    row = {"kind": kind, "passport": key, "times": 1, "half": "reply"} | ({"variant": variant} if variant else {})
    mended.fail(**row | ({"seconds": SECONDS[kind]} if kind in SECONDS and kind != "stale" else {}))
    late = follow(mended, passport, iin)
    assert JUDGES[kind, variant](late, usual), late


def test_every_kind_that_can_happen_to_a_late_reply_is_shown_here() -> None:
    assert set(ROWS) == JUDGES.keys()


def test_what_is_lost_the_bus_holds_for_delivered(mended: Wire) -> None:
    """Both of the request, whose provider has it, and of the reply, which nobody got."""
    mended.fail(kind="lost", passport=KEY)
    accepted = assert_envelope(mended.ask(PASSPORT, mended.iin()).body, "async-types.xsd")
    mended.timer.advance(1)
    asked = f"<messageId>{accepted.findtext('response/messageId')}</messageId>{SENDER_ELEMENT}"
    told = assert_envelope(
        mended.post("/bip-async-wss-gost/", async_message("getMessageStatus", asked)).body, "async-types.xsd"
    )
    assert told.findtext("response/messageState") == "DELIVERED"


def test_another_person_is_one_of_another_family(mended: Wire) -> None:
    family = mended.people.iins_of("family-of-five")
    mended.fail(kind="another_person", passport=KEY)
    data = follow(mended, PASSPORT, mended.iin()).data
    assert "<iin>" in data and not [iin for iin in family if iin in data]


def test_every_kind_is_shown_at_once_or_later() -> None:
    at_once = {kind for kind, row in KINDS.items() if row.channels - {Protocol.SHEP_ASYNC}}
    assert at_once | {kind for kind, _ in ROWS} == KINDS.keys()
