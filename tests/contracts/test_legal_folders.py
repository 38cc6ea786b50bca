"""A deployment's own legal data take the place of the packaged ones, and a slip in them stops the start."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from contracts.errors import CatalogueInvalid
from contracts.legal.calendar import load_calendar
from contracts.legal.rules import load_rules

TODAY = date(2026, 10, 5)
PACKAGED_VERSION = load_rules("asp", TODAY).version
RULE = {
    "id": '"ages.adult"', "value": "21", "options": "[21]", "clause": '"c"', "source": '"s"', "confidence": "4",
    "valid_from": "2024-01-01",
}  # fmt: skip


def write_rules(folder: Path, *rows: dict[str, str], version: str = "north-3") -> Path:
    """A deployment's folder with these rules; a row's fields are TOML, what it leaves out is that of RULE."""
    text = f'version = "{version}"\n' + "".join(
        "[[rule]]\n" + "".join(f"{name} = {value}\n" for name, value in (RULE | row).items()) for row in rows
    )
    (folder / "legal").mkdir(parents=True)
    (folder / "legal" / "rules.toml").write_text(text or "rule = []", encoding="utf-8")
    return folder


def value(rule: str, folder: Path, service: str = "asp", on: date = TODAY) -> Any:
    return load_rules(service, on, [folder]).value(rule)


def test_a_rule_of_a_deployment_takes_the_place_of_the_packaged_one(tmp_path: Path) -> None:
    folder = write_rules(tmp_path, {})
    assert value("ages.adult", folder) == 21
    assert value("ages.pension.male", folder) == 63
    assert value("ages.adult", folder, on=date(2023, 12, 31)) == 18


def test_the_version_names_every_file_that_was_read(tmp_path: Path) -> None:
    north, empty, south = write_rules(tmp_path / "n", {}), tmp_path / "e", write_rules(tmp_path / "s", {}, version="s")
    assert load_rules("asp", TODAY, [north, empty, south]).version == f"{PACKAGED_VERSION}+north-3+s"
    assert load_rules("asp", TODAY, [empty]).version == PACKAGED_VERSION


def test_a_version_that_no_case_can_keep_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueInvalid, match="40 characters"):
        load_rules("asp", TODAY, [write_rules(tmp_path, {}, version="v" * 40)])


def test_the_later_rule_holds_from_its_day_and_the_earlier_one_to_its_end(tmp_path: Path) -> None:
    folder = write_rules(
        tmp_path,
        {"valid_from": "2024-01-01"},
        {"valid_from": "2026-01-01", "value": "20", "options": "[20]"},
        {"id": '"ages.pension.male"', "value": "64", "options": "[64]", "valid_to": "2025-12-31"},
    )
    assert value("ages.adult", folder, on=date(2025, 12, 31)) == 21
    assert value("ages.pension.male", folder, on=date(2025, 12, 31)) == 64
    assert value("ages.adult", folder, on=date(2026, 1, 1)) == 20
    assert value("ages.pension.male", folder, on=date(2026, 1, 1)) == 63


def test_a_service_s_own_rule_wins_for_that_service_alone(tmp_path: Path) -> None:
    own = {"value": "19", "options": "[19]", "service": '"other"'}
    folder = write_rules(tmp_path, own, {"valid_from": "2025-01-01"})
    assert value("ages.adult", folder) == 21
    assert value("ages.adult", folder, service="other") == 19


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"id": '"ages.adlut"'}, "no rule ages.adlut"),
        ({"value": "20"}, "none of its options"),
        ({"value": '"21"', "options": '["21"]'}, "another kind"),
        ({"id": '"income.quarter_by"', "value": '"registration"', "options": '["registration"]'}, "no such word"),
        ({"confidence": "5"}, "confidence"),
        ({"more": "1"}, "more"),
    ],
)
def test_a_rule_that_the_program_could_not_follow_is_refused(tmp_path: Path, row: dict[str, str], reason: str) -> None:
    with pytest.raises(CatalogueInvalid, match=reason):
        load_rules("asp", TODAY, [write_rules(tmp_path, row)])


@pytest.mark.parametrize(
    "text", ["not toml [", 'version = "1"', 'version = "1"\n[[rule]]\nid = "a"', 'version = "1"\nrule = []\nmore = 1']
)
def test_a_file_that_is_not_whole_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "legal").mkdir()
    for name in ("rules.toml", "calendar.toml"):
        (tmp_path / "legal" / name).write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueInvalid):
        load_rules("asp", TODAY, [tmp_path])
    with pytest.raises(CatalogueInvalid):
        load_calendar([tmp_path])


@pytest.mark.parametrize(
    ("days", "reason"),
    [
        ("off = [2025-05-28]", "no day of 2026"),
        ("off = []\nunconfirmed = [2027-05-16]", "no day of 2026"),
        ("off = [2026-05-30]", "weekend day"),
        ("off = []\nworking = [2026-05-28]", "weekday"),
    ],
)
def test_a_day_that_cannot_be_what_a_year_says_of_it_is_refused(tmp_path: Path, days: str, reason: str) -> None:
    (tmp_path / "legal").mkdir()
    text = f'version = "own"\n[[year]]\nyear = 2026\nstatus = "decreed"\nsource = "s"\n{days}\n'
    (tmp_path / "legal" / "calendar.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueInvalid, match=reason):
        load_calendar([tmp_path])


@pytest.mark.parametrize(("status", "known"), [("decreed", {2025, 2026, 2027}), ("estimated", {2025, 2026})])
def test_a_year_of_a_deployment_is_added_or_takes_the_place_of_the_packaged_one(
    tmp_path: Path, status: str, known: set[int]
) -> None:
    (tmp_path / "legal").mkdir()
    year = '[[year]]\nyear = {}\nstatus = "{}"\nsource = "s"\noff = [{}]\n'
    text = 'version = "own"\n' + year.format(2026, "decreed", "2026-05-28") + year.format(2027, status, "2027-01-01")
    (tmp_path / "legal" / "calendar.toml").write_text(text, encoding="utf-8")
    calendar = load_calendar([tmp_path])
    assert calendar.known_years == known
    assert not {day for day in calendar.unconfirmed if day.year in (2026, 2027)}
    assert (calendar.years[2026].status, calendar.years[2026].source) == ("decreed", "s")
    assert date(2026, 5, 27) not in calendar.off
    assert {date(2026, 5, 28), date(2027, 1, 1), date(2025, 1, 3)} <= calendar.off
    packaged, days = load_calendar().version.split()
    assert calendar.version.startswith(f"{packaged}+own ")
    assert calendar.version.split()[1] != days, "other days are another calendar, whatever the version says"
