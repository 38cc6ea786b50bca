"""The time-lapse: a real course to the decision in a few seconds, and lines that name rule and clause."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path
from typing import Any

from gateway.cli.explain import explain_events
from gateway.demo.extension import run_extension
from gateway.demo.timeline import Line, read_events, render_timeline

AT = datetime.fromisoformat("2026-10-05T10:00+05:00")
WHY = {"rule": "extension.days", "clause": "Card, terms", "version": "2026-11-25", "assumed": True}


def event(kind: str, seq: int = 1, **data: Any) -> dict[str, Any]:
    return {"seq": seq, "at": "2026-10-05T10:00:59+05:00", "kind": kind, "data": data}


def test_the_time_lapse_comes_to_a_decision_that_the_applicant_is_told_of(tmp_path: Path) -> None:
    out, folder = io.StringIO(), tmp_path / "lapse"
    assert run_extension(folder, out) == 0
    told = out.getvalue()
    for sentence in (
        "is drafted",
        "is sent",
        "extension until is",
        "reached the applicant by sms",
        "the decision: approved",
    ):
        assert sentence in told
    assert "[extension.days: Service card pass166" in told
    page = (folder / "timeline.html").read_text(encoding="utf-8")
    assert "extension.days" in page and "the specialist decides" in page
    assert told.splitlines()[-1].endswith("approved")


def test_a_line_says_what_happened_and_by_which_rule_and_clause() -> None:
    (line,) = read_events([event("date_set", date="extension_until", on="2026-11-04", before=None, why=WHY)])
    assert line == Line(
        datetime.fromisoformat("2026-10-05T10:00+05:00"),
        "extension until is 2026-11-04",
        "extension.days",
        "Card, terms",
        True,
    )


def test_inquiries_answered_in_one_minute_are_one_line() -> None:
    lines = list(read_events([event("inquiry_closed", n, number=n) for n in (1, 2, 3)]))
    assert [line.text for line in lines] == ["inquiries answered: 3"]


def test_what_came_from_outside_is_text_on_the_page() -> None:
    page = render_timeline("t", ["<b>s</b>"], [Line(AT, "<script>x</script>")], {"a": "<i>"})
    assert "<script>" not in page and "&lt;script&gt;" in page and "<b>s" not in page


def test_explain_names_rule_version_and_clause_and_says_what_is_assumed() -> None:
    first, second = explain_events([event("letter_drafted", letter=1, cells=["a", "b"], why=WHY)])
    assert first == "2026-10-05 10:00    letter drafted: letter 1, cells a b"
    assert "extension.days (rules 2026-11-25; assumed): Card, terms" in second


def test_explain_leaves_out_what_no_rule_made() -> None:
    assert list(explain_events([event("letter_sent", letter=1)])) == []
