"""What is configured becomes sources, in their order; what cannot be used is named at once, not at the first check."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from signing.errors import RevocationSourcesUnusable
from signing.fetching import FetchRequest
from signing.revocation.assembling import RevocationConfig, build_sources
from signing.revocation.given_files import ListFiles, ResponsesBesideLists
from signing.revocation.kept_lists import KeptLists
from signing.revocation.responder import Responder
from signing.revocation.status import Answer
from tests.signing.pki import gost_issuing, gost_person, issuing, person
from tests.signing.revocation.asking import ask, serial_of
from tests.signing.revocation.fetching import Published
from tests.signing.revocation.making import HOLD, REMOVED, YESTERDAY, Said, Taken, make_list, make_response

CRL, DELTA, OCSP = "http://crl.test/full.crl", "http://crl.test/delta.crl", "http://ocsp.test/"


def save(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_nothing_configured_is_no_source() -> None:
    assert build_sources(RevocationConfig()) == ()


def test_all_sources_come_in_the_order_of_how_recent_their_knowledge_is(tmp_path: Path) -> None:
    said = Said(person().certificate, issuing().certificate)
    config = RevocationConfig(
        ocsp_url=OCSP,
        crl_urls=(CRL,),
        delta_urls=(DELTA,),
        cache_folder=tmp_path / "kept",
        crl_files=(save(tmp_path / "list.crl", make_list(issuing())),),
        ocsp_files=(save(tmp_path / "answer.der", make_response(issuing(), [said])),),
    )
    published = Published()
    sources = build_sources(config, published)
    assert [type(one) for one in sources] == [Responder, ResponsesBesideLists, KeptLists, ListFiles]
    assert published.asked == [], "nothing is fetched before somebody asks"
    answers = [ask(one).answer for one in sources]
    assert answers == [Answer.UNKNOWN, Answer.GOOD, Answer.UNKNOWN, Answer.GOOD]
    assert [one.url for one in published.asked] == [OCSP, CRL, DELTA]


def test_files_are_read_full_and_of_changes_in_any_order(tmp_path: Path) -> None:
    number = serial_of(person())
    full = save(tmp_path / "full.crl", make_list(issuing(), [Taken(number, reason=HOLD)]))
    changes = make_list(issuing(), [Taken(number, reason=REMOVED)], number=9, base_number=5)
    delta = save(tmp_path / "delta.crl", changes)
    [source] = build_sources(RevocationConfig(crl_files=(delta, full)))
    assert ask(source).answer is Answer.GOOD
    [alone] = build_sources(RevocationConfig(crl_files=(full,)))
    assert ask(alone).answer is Answer.REVOKED


def test_the_bounds_reach_those_who_fetch(tmp_path: Path) -> None:
    published = Published()
    config = RevocationConfig(
        ocsp_url=OCSP,
        crl_urls=(CRL,),
        cache_folder=tmp_path,
        ocsp_deadline_seconds=2.5,
        crl_deadline_seconds=7.5,
    )
    for one in build_sources(config, published):
        ask(one)
    assert [request.deadline_seconds for request in published.asked] == [2.5, 7.5]


def test_without_a_client_given_the_rooms_own_is_used() -> None:
    """At a closed door of this machine: the answer is unknown, and says that it was tried."""
    [source] = build_sources(RevocationConfig(ocsp_url="http://127.0.0.1:1/", ocsp_deadline_seconds=5.0))
    assert "could not be asked" in ask(source).reason


UNUSABLE: dict[str, tuple[dict[str, Any], str]] = {
    "a list that is missing": ({"crl_files": (Path("no such.crl"),)}, "no such.crl cannot be read"),
    "an answer that is missing": ({"ocsp_files": (Path("no such.der"),)}, "no such.der cannot be read"),
    "no folder": ({"crl_urls": (CRL,)}, "no folder"),
    "no folder for changes": ({"delta_urls": (DELTA,)}, "no folder"),
    "no address": ({"ocsp_url": "ocsp.test"}, "ocsp.test is no http or https address"),
    "another scheme": ({"crl_urls": ("file:///list.crl",), "cache_folder": Path()}, "file:///list.crl is no http"),
    "a broken address": ({"ocsp_url": "http://[::1/"}, "is no http or https address"),
    "a wait without end": ({"crl_urls": (CRL,), "cache_folder": Path(), "crl_wait_seconds": -1.0}, "are negative"),
    "no place to ask from": ({"ocsp_url": OCSP, "places": 0}, "a place for one fetch at least"),
    "a device": ({"crl_files": (Path("/dev/zero"),)}, "/dev/zero cannot be read: it is no regular file"),
    "an empty address": ({"ocsp_url": ""}, "is no http or https address"),
    "answers kept too long": ({"ocsp_url": OCSP, "ocsp_kept_seconds": 3600.0}, "as they are fresh"),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_what_cannot_be_used_is_named(case: str) -> None:
    settings, why = UNUSABLE[case]
    with pytest.raises(RevocationSourcesUnusable, match=why):
        build_sources(RevocationConfig(**settings), Published())


def test_a_file_that_is_no_list_or_answer_is_named_with_the_reason(tmp_path: Path) -> None:
    file = save(tmp_path / "swapped.der", make_list(issuing()))
    with pytest.raises(RevocationSourcesUnusable, match=r"swapped\.der cannot be used: the responder's answer is not"):
        build_sources(RevocationConfig(ocsp_files=(file,)))
    save(file, make_response(issuing(), [Said(person().certificate, issuing().certificate, revoked=(YESTERDAY, 1))]))
    with pytest.raises(RevocationSourcesUnusable, match=r"swapped\.der cannot be used: the list of revoked"):
        build_sources(RevocationConfig(crl_files=(file,)))


def test_a_file_past_the_bound_is_not_read(tmp_path: Path) -> None:
    large = save(tmp_path / "large.der", bytes(300_000))
    with pytest.raises(RevocationSourcesUnusable, match="cannot be read: it has more than 262144 bytes"):
        build_sources(RevocationConfig(ocsp_files=(large,)))


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(RevocationSourcesUnusable, match="pipe cannot be read: it is no regular file"):
        build_sources(RevocationConfig(ocsp_files=(tmp_path / "pipe",)))


@dataclass
class Crowded:
    """A `Fetch` during which somebody else asks all the sources."""

    config: RevocationConfig
    reasons: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sources = build_sources(self.config, self)
        self.is_inside = False

    def __call__(self, request: FetchRequest) -> bytes:
        if not self.is_inside:
            self.is_inside = True
            self.reasons = [
                ask(one, gost_person().certificate, gost_issuing().certificate).reason for one in self.sources
            ]
        return b"<html>"


@pytest.mark.parametrize("places", [1, 2, None])
def test_the_responder_and_the_lists_share_their_places(tmp_path: Path, places: int | None) -> None:
    crowd = Crowded(RevocationConfig(ocsp_url=OCSP, crl_urls=(CRL,), cache_folder=tmp_path, places=places))
    ask(crowd.sources[0])
    refused = ["too many services are being asked" in one for one in crowd.reasons]
    assert refused == [places == 1] * 2


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    taken = save(tmp_path / "taken", b"")
    with pytest.raises(RevocationSourcesUnusable, match="taken"):
        build_sources(RevocationConfig(crl_urls=(CRL,), cache_folder=taken), Published())
