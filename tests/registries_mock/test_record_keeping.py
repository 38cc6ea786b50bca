"""What a recording takes and what it does not: wherever a number hides, and what cannot be read or named."""

from __future__ import annotations

import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from registries_mock.addresses import Paths
from registries_mock.http import Incoming, NotAnswered, Outgoing
from registries_mock.people.numbers import write_iin
from registries_mock.record.pseudonyms import Pseudonyms
from registries_mock.record.recorder import Recorder
from registries_mock.record.replacing import Replaced, Replacer
from registries_mock.record.storing import Folder, RecordingUnusable, read_recording
from tests.registries_mock.conforming import CATALOGUE
from tests.registries_mock.recording import KEY, Proxy, files_of, proxy_of
from tests.registries_mock.small_world import (
    IIN,
    NOW,
    sync_message,
)

HOSTILE: Mapping[str, tuple[str, str]] = {
    "a comment": ("<data/>", "<data><!--900101300017--></data>"),
    "an unknown element": ("<data/>", "<data><secret>900101300017</secret></data>"),
    "an attribute": ("<data/>", '<data><a who="900101300017"/></data>'),
    "a text between elements": ("<data/>", "<data>900101300017<a/>900101300017<a/>900101300017</data>"),
    "a text beside the one element": ("<data/>", "<data><a><iin>1</iin></a>900101300017</data>"),
    "a text in a frame": ("<data/>", "<data>900101300017<f><iin>1</iin></f>900101300017</data>"),
    "a document in a document": (
        "<data/>",
        "<data><a>&lt;b&gt;&amp;lt;c&amp;gt;900101300017&amp;lt;/c&amp;gt;&lt;/b&gt;</a></data>",
    ),
    "a declaration in a text": ("<data/>", "<data>&lt;?xml 900101300017?&gt;&lt;a/&gt;</data>"),
    "JSON in a text": ("<data/>", '<data><a>{"iin": "900101300017", "900101300017": [900101300017]}</a></data>'),
    "CDATA": ("<data/>", "<data><a><![CDATA[<b>900101300017</b>]]></a></data>"),
    "a text in the Body": ("<S:Body>", "<S:Body>900101300017"),
    "a text behind the message": ("</S:Body>", "900101300017</S:Body>900101300017"),
    "an element beside the Body": ("</S:Body>", "</S:Body><who>900101300017</who>"),
    "an attribute of the Envelope": ("<S:Envelope", '<S:Envelope who="900101300017"'),
    "an attribute of the Body": ("<S:Body", '<S:Body Id="900101300017"'),
    "an attribute of the operation": ("<ns2:SendMessage ", '<ns2:SendMessage who="900101300017" '),
    "an element of the envelope": ("<requestData>", "<who>900101300017</who><requestData>"),
    "the service id": ("GBDFLUniversal_token", "900101300017"),
    "the message id": ("m-1", "900101300017"),
    "a type": (
        "<data/>",
        '<data xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="900101300017"/>',
    ),
    "a namespace": ("<data/>", '<data><a xmlns="urn:900101300017"/></data>'),
    "a prefix": ("<data/>", '<data><a900101300017:a xmlns:a900101300017="urn:a"/></data>'),
    "a name in a document": ("<data/>", "<data>&lt;a&gt;&lt;a900101300017/&gt;&lt;/a&gt;</data>"),
    "an attribute's name": ("<data/>", '<data><a n900101300017="1"/></data>'),
    "an element's name": ("<data/>", "<data><n900101300017/></data>"),
}
"""Where in a message a number may hide: what stands there usually, and what instead."""


def test_wherever_a_number_hides_it_is_not_kept(tmp_path: Path) -> None:
    usual = sync_message(CATALOGUE.passports["gbdfl-universal"].service_id, "<data/>").decode()
    left = []
    for name, (place, instead) in HOSTILE.items():
        assert place in usual, name
        message = usual.replace(place, instead, 1).encode()

        def answer(_: Outgoing, body: bytes = message) -> Incoming:
            return Incoming(200, "text/xml", body)

        proxy_of(answer, tmp_path / name, raw_structure=True).post("/bip-sync-wss-gost/", message)
        left += [name] * (b"900101300017" in files_of(tmp_path / name))
    assert left == []


def test_a_header_with_a_signature_is_not_kept(tmp_path: Path) -> None:
    head = b"<S:Header><Security>MIIB900101300017</Security></S:Header><S:Body>"
    message = sync_message(CATALOGUE.passports["mvd-vehicles"].service_id, "<data/>").replace(b"<S:Body>", head)
    proxy_of(lambda _: Incoming(200, "text/xml", message), tmp_path / "r").post("/bip-sync-wss-gost/", message)
    assert b"Security" not in files_of(tmp_path / "r")


def test_a_service_without_a_passport_is_kept_only_as_a_structure_and_only_where_that_is_wanted(tmp_path: Path) -> None:
    message = sync_message("SOMEBODY_ELSES", "<data><deep><name>ИВАНОВА</name><n>900101300017</n></deep></data>")

    def echo(_: Outgoing) -> Incoming:
        return Incoming(200, "text/xml", message)

    without = proxy_of(echo, tmp_path / "a")
    without.post("/bip-sync-wss-gost/", message)
    without.post("/rest/somewhere/900101300017", b"{}")
    assert read_recording(tmp_path / "a") == []
    assert without.told == [
        "not kept: no passport has the service id SOMEBODY_ELSES",
        "not kept: no passport has this address",
    ]
    raw = proxy_of(echo, tmp_path / "b", raw_structure=True)
    raw.post("/bip-sync-wss-gost/", message)
    raw.post("/rest/somewhere/900101300017", b'{"name": "IVANOVA"}')
    kept = files_of(tmp_path / "b").decode()
    assert "<deep><name>" in kept and not re.search("ИВАНОВА|IVANOVA|900101300017", kept)


def test_what_cannot_be_read_is_not_kept_and_a_silent_contour_is_told(tmp_path: Path) -> None:
    message = sync_message(CATALOGUE.passports["mvd-vehicles"].service_id, "<data/>")
    page = proxy_of(lambda _: Incoming(503, "text/html", b"<html>IVANOVA<br>"), tmp_path / "a")
    assert page.post("/bip-sync-wss-gost/", message) == (503, b"<html>IVANOVA<br>")
    (kept,) = read_recording(tmp_path / "a")
    assert (kept.status, kept.reply, kept.unreadable, kept.length) == (503, "", True, 17)

    def silent(_: Outgoing) -> Incoming:
        raise NotAnswered("nobody listens there")

    mute = proxy_of(silent, tmp_path / "b")
    assert mute.post("/bip-sync-wss-gost/", message)[0] == 502
    assert read_recording(tmp_path / "b")[0].failure == "nobody listens there"
    garbage = proxy_of(lambda _: Incoming(200, "text/xml", b""), tmp_path / "c")
    garbage.post("/bip-sync-wss-gost/", b"900101300017 <")
    assert read_recording(tmp_path / "c") == [] and len(garbage.told) == 1


def test_what_is_too_deep_is_not_kept_and_passes(tmp_path: Path) -> None:
    for number, depth in enumerate((400, 40_000)):
        deep = b"[" * depth + b"900101300017" + b"]" * depth

        def answer(_: Outgoing, body: bytes = deep) -> Incoming:
            return Incoming(200, "application/json", body)

        proxy = proxy_of(answer, tmp_path / str(number), raw_structure=True)
        assert proxy.post("/rest/deep", deep) == (200, deep)
        assert b"900101300017" not in files_of(tmp_path / str(number))


class Careless(Replacer):
    """Forgets to replace."""

    def soap(self, message: bytes, key: str) -> Replaced:
        return Replaced(message.decode())


def test_a_last_look_keeps_out_what_was_forgotten(tmp_path: Path) -> None:
    careless = Careless(CATALOGUE, Pseudonyms(KEY, NOW.date()), raw_structure=True)
    told: list[str] = []
    message = sync_message("ANY", "<data><iin>900101300017</iin></data>")
    recorder = Recorder(
        "http://contour", Paths(), lambda _: Incoming(200, "text/xml", b""), careless, Folder(tmp_path), told.append
    )
    assert Proxy(recorder).post("/bip-sync-wss-gost/", message)[0] == 200
    assert read_recording(tmp_path) == [] and told == ["not kept: a number of somebody's was left in it"]


def test_a_folder_takes_one_recording(tmp_path: Path) -> None:
    """A second one would give the same person two other names."""
    Folder(tmp_path)
    with pytest.raises(RecordingUnusable):
        Folder(tmp_path)


def test_the_same_text_is_the_same_other_text_and_never_itself() -> None:
    one, two = Pseudonyms(b"1" * 32, NOW.date()), Pseudonyms(b"2" * 32, NOW.date())
    for text in ("7", "А", "ул. Абая, д. 7", "20:311:900:901:1:12", "X", "12 кв. 3"):
        assert one.scramble(text) == one.scramble(text) != text
    assert one.scramble("Вымышленная улица") != two.scramble("Вымышленная улица")
    assert one.surname("ИВАНОВ") == one.surname("ИВАНОВ") and one.surname("ИВАНОВ").isupper()
    assert one.phone("+77010000417")[2:5] == "799" and one.phone("87010000417")[1:] == one.phone("+77010000417")[2:]
    assert one.iin(IIN) != two.iin(IIN) and one.day(NOW.date()) <= NOW.date()


def test_several_threads_that_meet_somebody_at_once_find_one_other_person() -> None:
    pseudonyms = Pseudonyms(KEY, NOW.date())
    with ThreadPoolExecutor(16) as pool:
        for number in range(200):
            iin = write_iin(date(1990, 1, 1), "female", number) or IIN
            assert len(set(pool.map(pseudonyms.iin, [iin] * 16))) == 1


def test_people_born_on_one_day_stay_as_many() -> None:
    """The band has 900 numbers of a day and a sex; who finds none there gets one of the next day."""
    pseudonyms = Pseudonyms(KEY, NOW.date())
    iins = [iin for number in range(1000) if (iin := write_iin(date(1990, 1, 1), "male", number))]
    assert len({pseudonyms.iin(iin) for iin in iins}) == len(iins)
