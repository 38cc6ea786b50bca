"""Of the files that were given a revocation in any one counts, in whatever order they come and of whatever kind."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from signing.revocation.assembling import RevocationConfig, build_sources
from signing.revocation.crl import read_list
from signing.revocation.given_files import ListFiles, ResponseFiles
from signing.revocation.judging import Mode, RevocationPolicy
from signing.revocation.ocsp import read_response
from signing.revocation.status import Answer
from signing.verdict import Status
from tests.signing.pki import AT, issuing, person, root
from tests.signing.revocation.asking import ask, serial_of
from tests.signing.revocation.fetching import Published
from tests.signing.revocation.making import (
    HOLD,
    HOUR,
    KEY_COMPROMISE,
    SECOND,
    YESTERDAY,
    Said,
    Taken,
    make_list,
    make_response,
)

CRL = "http://crl.test/full.crl"


def answer(*, revoked: bool, code: int | None = KEY_COMPROMISE) -> bytes:
    told = (YESTERDAY, code) if revoked else None
    return make_response(issuing(), [Said(person().certificate, issuing().certificate, revoked=told)])


def listed(*, revoked: bool) -> bytes:
    return make_list(issuing(), [Taken(serial_of(person()))] if revoked else [])


def config(folder: Path, *, lists: list[bytes], answers: list[bytes]) -> RevocationConfig:
    paths: list[Path] = []
    for place, data in enumerate([*lists, *answers]):
        paths.append(folder / str(place))
        paths[-1].write_bytes(data)
    return RevocationConfig(crl_files=tuple(paths[: len(lists)]), ocsp_files=tuple(paths[len(lists) :]))


@pytest.mark.parametrize("code", [KEY_COMPROMISE, HOLD, None])
def test_of_several_answers_one_that_says_revoked_is_heard(code: int | None) -> None:
    unknown = make_response(issuing(), [Said(person().certificate, issuing().certificate, status="unknown")])
    answers = [answer(revoked=False), answer(revoked=True, code=code), unknown]
    for order in permutations(answers):
        assert ask(ResponseFiles(tuple(read_response(one) for one in order))).answer is Answer.REVOKED


def test_an_answer_that_is_no_longer_believed_revokes_nothing() -> None:
    old = make_response(
        issuing(),
        [Said(person().certificate, issuing().certificate, revoked=(YESTERDAY, HOLD), this_update=AT - HOUR)],
        produced_at=AT - HOUR,
    )
    source = ResponseFiles((read_response(old), read_response(answer(revoked=False))))
    assert ask(source).answer is Answer.GOOD


@pytest.mark.parametrize("reason", [None, KEY_COMPROMISE])
def test_of_several_lists_one_that_revokes_for_good_is_heard(reason: int | None) -> None:
    taken = [Taken(serial_of(person()), reason=reason)]
    old, new = make_list(issuing(), taken, this_update=AT - 2 * HOUR, number=6), make_list(issuing())
    for order in permutations([old, new]):
        assert ask(ListFiles(tuple(read_list(one) for one in order))).answer is Answer.REVOKED


def test_a_hold_in_a_newer_list_is_heard_and_one_that_a_newer_list_lifted_is_not() -> None:
    taken = [Taken(serial_of(person()), reason=HOLD)]
    for held_at, answer_now in (
        (AT - SECOND, Answer.REVOKED),
        (AT - HOUR, Answer.REVOKED),
        (AT - 2 * HOUR, Answer.GOOD),
    ):
        lists = [make_list(issuing(), taken, this_update=held_at), make_list(issuing())]
        for order in permutations(lists):
            assert ask(ListFiles(tuple(read_list(one) for one in order))).answer is answer_now


@pytest.mark.parametrize("by_list", [True, False])
def test_a_list_and_an_answer_do_not_hide_each_others_revocation(tmp_path: Path, by_list: bool) -> None:
    given = config(tmp_path, lists=[listed(revoked=by_list)], answers=[answer(revoked=not by_list)])
    chain = (person().certificate, issuing().certificate, root().certificate)
    result = RevocationPolicy(Mode.PREFER, build_sources(given)).judge(chain, now=AT, reference=AT)
    assert result.status is Status.FAILED


def test_where_a_list_and_an_answer_agree_it_is_good(tmp_path: Path) -> None:
    given = config(tmp_path, lists=[listed(revoked=False)], answers=[answer(revoked=False)])
    assert [ask(one).answer for one in build_sources(given)] == [Answer.GOOD, Answer.GOOD]


def test_where_the_answers_know_nothing_a_fetched_list_is_asked_before_a_given_one(tmp_path: Path) -> None:
    stranger = make_response(issuing(), [Said(issuing().certificate, root().certificate)])
    given = config(tmp_path, lists=[listed(revoked=True)], answers=[stranger])
    fetched = RevocationConfig(
        crl_urls=(CRL,),
        cache_folder=tmp_path / "kept",
        crl_files=given.crl_files,
        ocsp_files=given.ocsp_files,
    )
    sources = build_sources(fetched, Published({CRL: listed(revoked=False)}))
    assert [ask(one).answer for one in sources] == [Answer.UNKNOWN, Answer.GOOD, Answer.REVOKED]
