"""AsyncChannel end to end: sending, pairing late answers, PUSH, PULL, delivery notifications."""

from datetime import datetime, timedelta, timezone

import pytest
from lxml import etree

from adapters.ports import Deadline, Opened
from adapters.shep.asynchronous import MAX_BYTES
from contracts.errors import ContractBroken, RegistryFailed, RegistryUnavailable, UntrustedAnswer
from contracts.exchange import Pending
from contracts.passport import Passport
from tests.adapters.passports import catalogue_of, passport
from tests.adapters.rig import FOUND, arrived, fault, question, rig, take
from tests.adapters.stub_server import Asked, Conversation, always, http, serving

TYPES = "http://bip.bee.kz/AsyncChannel/v10/Types"
DATA = f"<data>{FOUND}</data>".encode()


def late(**changed: object) -> Passport:
    return passport(
        "inline",
        key="late",
        protocol="shep-async",
        service_id="LATE",
        readings=[
            {"at": "fault", "retry": ["999"]},
            {"at": "code", "path": "result/code", "answer": ["00"], "no_record": ["10"], "retry": ["20"]},
        ],
        interim={"form": "inline", "fields": [{"path": "state"}]},
        interim_readings=[
            {"at": "fault", "retry": ["999"]},
            {"at": "code", "path": "state", "answer": ["ACCEPTED"], "retry": ["ERROR"]},
        ],
        **changed,
    )


def reply_of(operation: str, inner: str) -> bytes:
    return http(
        200,
        (
            f'<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>'
            f'<a:{operation}Response xmlns:a="{TYPES}">'
            f"<response>{inner}</response></a:{operation}Response></S:Body></S:Envelope>"
        ).encode(),
    )


ACCEPTED = reply_of(
    "sendMessage",
    "<messageId>m-1</messageId><correlationId>c-1</correlationId>"
    "<responseDate>2026-02-10T09:15:01+05:00</responseDate>",
)


def test_a_question_goes_out_without_ids_and_comes_back_with_those_of_the_bus() -> None:
    small = late()
    with serving(always(ACCEPTED)) as server:
        made = rig(catalogue_of(small), server.url)
        pending = made.adapters.ask(small, question(), deadline=Deadline(10), record=made.attempts.append)
        made.adapters.close()
    assert pending == Pending("m-1", "c-1")
    info = next(etree.fromstring(server.asked[0].body).iter("messageInfo"))
    assert [node.tag for node in info] == ["serviceId", "messageType", "messageDate", "sender", "properties"]
    assert info.findtext("messageType") == "REQUEST"
    assert (info.findtext("properties/key"), info.findtext("properties/value")) == ("inquiryId", "inquiry-1")
    assert made.failures == [""]


def test_a_late_answer_is_paired_and_read() -> None:
    made = rig(catalogue_of(late()), "http://127.0.0.1:9/")
    bus = made.adapters.shep_async
    arrival = take(bus, arrived(DATA))
    assert (arrival.message_id, arrival.correlation_id, arrival.service_id) == ("late-1", "chain-1", "SMALL")
    assert (arrival.kind, arrival.inquiry_id) == ("RESPONSE", "inquiry-1")
    assert arrival.message_date == datetime(2026, 2, 10, 10, 15, tzinfo=timezone(timedelta(hours=5)))
    reply = bus.read_reply(late(), arrival)
    assert reply is not None and reply.outcome == "answered" and reply.message_id == "late-1"
    assert reply.record["person"]["surname"] == "АХМЕТОВА"
    receipt = etree.fromstring(bus.answer_push(arrival))
    answer = next(receipt.iter(f"{{{TYPES}}}sendMessageResponse"))
    assert [(node.tag, node.text) for node in answer[0]][:2] == [("messageId", "late-1"), ("correlationId", "chain-1")]


@pytest.mark.parametrize("kind", ["NOTIFICATION", "UPDATE"])
def test_a_message_before_the_answer_is_none_unless_it_tells_of_a_failure(kind: str) -> None:
    bus = rig(catalogue_of(late()), "http://127.0.0.1:9/").adapters.shep_async
    waiting = take(bus, arrived(b"<data><state>ACCEPTED</state></data>", kind=kind))
    assert bus.read_reply(late(), waiting) is None
    failed = take(bus, arrived(b"<data><state>ERROR</state></data>", kind=kind))
    with pytest.raises(RegistryFailed):
        bus.read_reply(late(), failed)


BROKEN = [
    b"",
    b"<a/>",
    arrived(DATA, kind="LETTER"),
    arrived(DATA, message_id=""),
    arrived(DATA)[:-9],
    arrived(DATA).replace(b"a:sendMessage", b"a:getMessages"),
    b"<!DOCTYPE a>" + arrived(DATA),
]


@pytest.mark.parametrize("raw", BROKEN)
def test_a_push_that_is_no_message_is_a_broken_contract(raw: bytes) -> None:
    with pytest.raises(ContractBroken):
        take(rig(catalogue_of(late()), "http://127.0.0.1:9/").adapters.shep_async, raw)


def test_a_push_that_is_not_signed_rightly_is_not_read() -> None:
    def unwrap(message: bytes, registry: str) -> Opened:
        raise UntrustedAnswer

    with pytest.raises(UntrustedAnswer):
        take(rig(catalogue_of(late()), "http://127.0.0.1:9/", unwrap=unwrap).adapters.shep_async, arrived(DATA))


def test_a_send_that_may_have_arrived_is_uncertain() -> None:
    def hang_up(asked: Asked, conversation: Conversation) -> None:
        return None

    small = late(limits={"tries": 2})
    with serving(hang_up) as server:
        made = rig(catalogue_of(small), server.url)
        got = made.adapters.ask(small, question(), deadline=Deadline(10), record=made.attempts.append)
        made.adapters.close()
    assert got == Pending("", "", uncertain=True)
    assert made.failures == ["registry-unavailable"] * 2


def test_a_send_whose_acceptance_cannot_be_read_is_uncertain_and_not_made_again_at_once() -> None:
    small = late(limits={"tries": 2})
    body = ACCEPTED.partition(b"\r\n\r\n")[2]
    for unreadable in (body[: len(body) // 2], b"<html/>", body.replace(b"c-1", b"")):
        with serving(always(http(200, unreadable))) as server:
            made = rig(catalogue_of(small), server.url)
            got = made.adapters.ask(small, question(), deadline=Deadline(10), record=made.attempts.append)
            made.adapters.close()
        assert got == Pending("", "", uncertain=True)
        assert made.failures == ["contract-broken"]


def test_a_send_that_surely_did_not_arrive_is_an_error() -> None:
    small = late(limits={"tries": 1})
    for reply, error in ((http(503, b"busy"), RegistryUnavailable), (http(500, fault("999")), RegistryFailed)):
        with serving(always(reply)) as server:
            made = rig(catalogue_of(small), server.url)
            with pytest.raises(error):
                made.adapters.ask(small, question(), deadline=Deadline(10), record=made.attempts.append)
            made.adapters.close()
    made = rig(catalogue_of(small), "http://127.0.0.1:1/")
    with pytest.raises(RegistryUnavailable):
        made.adapters.ask(small, question(), deadline=Deadline(10), record=made.attempts.append)
    made.adapters.close()


def test_an_uncertain_send_that_is_accepted_the_second_time_has_its_ids() -> None:
    asked_before: list[Asked] = []

    def behave(asked: Asked, conversation: Conversation) -> bytes | None:
        asked_before.append(asked)
        return None if len(asked_before) == 1 else ACCEPTED

    small = late()
    with serving(behave) as server:
        made = rig(catalogue_of(small), server.url)
        got = made.adapters.ask(small, question(), deadline=Deadline(10), record=made.attempts.append)
        made.adapters.close()
    assert got == Pending("m-1", "c-1")
    assert asked_before[0].body == asked_before[1].body


def test_waiting_messages_are_fetched_and_read_like_pushed_ones() -> None:
    def message(number: int) -> str:
        pushed = arrived(DATA, message_id=f"late-{number}").decode()
        return f"<messages>{pushed.partition('<request>')[2].partition('</request>')[0]}</messages>"

    inner = f"<responseDate>2026-02-10T09:15:01+05:00</responseDate><sessionId>x</sessionId>{message(1)}{message(2)}"
    small = late()
    with serving(always(reply_of("getMessages", inner))) as server:
        made = rig(catalogue_of(small), server.url)
        arrivals = made.adapters.shep_async.fetch("LATE", Deadline(5), amount=10)
        made.adapters.close()
    assert [arrival.message_id for arrival in arrivals] == ["late-1", "late-2"]
    request = etree.fromstring(server.asked[0].body)[0][0][0]
    assert [node.tag for node in request] == ["requestDate", "serviceId", "sender", "amount"]
    for arrival in arrivals:
        reply = made.adapters.shep_async.read_reply(small, arrival)
        assert reply is not None and reply.record["person"]["surname"] == "АХМЕТОВА"


def test_a_fetched_message_that_cannot_be_read_keeps_none_of_the_others_back() -> None:
    good = arrived(DATA).decode().partition("<request>")[2].partition("</request>")[0]
    bad = good.replace("<messageId>late-1</messageId>", "")
    small = late()
    for messages, expected in (((bad, good, "<x/>"), ["late-1"]), ((bad,), None)):
        inner = "".join(f"<messages>{message}</messages>" for message in messages)
        with serving(always(reply_of("getMessages", inner))) as server:
            made = rig(catalogue_of(small), server.url)
            if expected is None:
                with pytest.raises(ContractBroken):
                    made.adapters.shep_async.fetch("LATE", Deadline(5))
            else:
                found = made.adapters.shep_async.fetch("LATE", Deadline(5))
                assert [arrival.message_id for arrival in found] == expected
                assert made.adapters.shep_async.read_reply(small, found[0]) is not None
            made.adapters.close()


def test_more_than_is_read_at_once_is_fetched_one_by_one() -> None:
    """Else a few large messages would keep all others back for as long as they wait."""
    first = arrived(DATA).decode().partition("<request>")[2].partition("</request>")[0]
    large = f"<messages>{first}<x>{'x' * (MAX_BYTES // 2)}</x></messages>"

    def give(asked: Asked, conversation: Conversation) -> bytes:
        return reply_of("getMessages", large if b"<amount>1</amount>" in asked.body else large * 2)

    with serving(give) as server:
        made = rig(catalogue_of(late()), server.url)
        found = made.adapters.shep_async.fetch("LATE", Deadline(20))
        made.adapters.close()
    assert ([one.message_id for one in found], len(server.asked)) == (["late-1"], 2)


def test_one_message_that_is_longer_than_is_read_is_an_error() -> None:
    with serving(always(reply_of("getMessages", "x" * (MAX_BYTES + 1)))) as server:
        made = rig(catalogue_of(late()), server.url)
        with pytest.raises(ContractBroken, match="longer"):
            made.adapters.shep_async.fetch("LATE", Deadline(20))
        made.adapters.close()
    assert len(server.asked) == 2


def test_nothing_waiting_is_an_empty_list_and_a_fault_is_an_error() -> None:
    nothing = reply_of("getMessages", "<responseDate>2026-02-10T09:15:01+05:00</responseDate><sessionId>x</sessionId>")
    with serving(always(nothing)) as server:
        made = rig(catalogue_of(late()), server.url)
        assert made.adapters.shep_async.fetch("LATE", Deadline(5)) == []
        made.adapters.close()
    with serving(always(http(500, fault("X")))) as server:
        made = rig(catalogue_of(late()), server.url)
        with pytest.raises(RegistryFailed):
            made.adapters.shep_async.fetch("LATE", Deadline(5))
        made.adapters.close()


@pytest.mark.parametrize(
    ("accepted", "words"),
    [
        (True, ("MESSAGE_ACCEPTED", "NOT_RESEND")),
        (False, ("MESSAGE_NOT_ACCTEPTED", "RESEND")),
    ],
)
def test_delivery_is_notified_in_the_protocols_own_spelling(accepted: bool, words: tuple[str, str]) -> None:
    done = reply_of("sendDeliveryNotification", "<notificationId>1</notificationId>")
    with serving(always(done)) as server:
        made = rig(catalogue_of(late()), server.url)
        bus = made.adapters.shep_async
        bus.notify_delivery(take(bus, arrived(DATA)), accepted, Deadline(5))
        made.adapters.close()
    sent = etree.fromstring(server.asked[0].body)
    assert (sent.findtext(".//receiveStatus"), sent.findtext(".//resendMessage")) == words
    assert sent.findtext(".//notification/messageId") == "late-1"


def test_the_state_of_a_message_is_asked() -> None:
    with serving(always(reply_of("getMessageStatus", "<messageState>DELIVERED</messageState>"))) as server:
        made = rig(catalogue_of(late()), server.url)
        assert made.adapters.shep_async.message_status("m-1", Deadline(5)) == "DELIVERED"
        made.adapters.close()
