"""A notice is written once: the bytes that are kept give back every word of it, whatever the texts say by then."""

from __future__ import annotations

import json

import pytest

from contracts.errors import StoreUnavailable
from gateway.documents.render import render_notice, render_notice_html, render_notice_text, render_sms
from gateway.documents.texts import hash_texts
from gateway.documents.written import SPOKEN, dump_notice, parse_notice, write_notice
from tests.gateway.documents.reading import read_text
from tests.gateway.documents.sample_documents import APPLICANT, DISABILITY, NOTICE

WRITTEN = write_notice(NOTICE)
KEPT = dump_notice(WRITTEN)


@pytest.mark.parametrize("know", [True, False])
def test_what_was_kept_is_printed_shown_and_read_out_as_on_the_first_day(know: bool) -> None:
    again = parse_notice(KEPT)
    assert render_notice(again, "both", know) == render_notice(WRITTEN, "both", know)
    assert render_notice_html(again, "both", know) == render_notice_html(WRITTEN, "both", know)
    for language in SPOKEN:
        assert render_notice_text(again, language, know) == render_notice_text(WRITTEN, language, know)
        assert render_sms(again, language) == render_sms(WRITTEN, language)


def test_the_words_are_read_out_of_what_was_kept_and_not_out_of_the_texts_of_today() -> None:
    told = json.loads(KEPT)
    told["sheets"]["ru"]["named"]["body"][0]["text"] = "Так было написано тогда"
    told["sheets"]["ru"]["sms"] = "Так было послано тогда"
    again = parse_notice(json.dumps(told).encode())
    assert "Так было написано тогда" in read_text(render_notice(again, "ru", True))
    assert render_sms(again, "ru") == "Так было послано тогда"


def test_the_same_notice_is_the_same_bytes_with_its_facts_and_the_hash_of_its_texts() -> None:
    assert dump_notice(write_notice(NOTICE)) == KEPT == dump_notice(parse_notice(KEPT))
    told = json.loads(KEPT)
    assert json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() == KEPT
    assert told["texts_sha256"] == hash_texts()
    assert told["facts"]["until"]["on"] == "2026-04-03"
    assert told["facts"]["items"][1]["title"]["ru"] == DISABILITY.ru


def test_nothing_of_it_shows_where_it_is_printed_by_accident() -> None:
    assert APPLICANT not in repr(WRITTEN) and "инвалидности" not in repr(WRITTEN)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", KEPT.replace(b"notice:1", b"notice:2"), KEPT[:-9]])
def test_what_is_no_written_notice_is_an_error_of_the_store(content: bytes) -> None:
    with pytest.raises(StoreUnavailable):
        parse_notice(content)
