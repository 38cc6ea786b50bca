"""The law changes while a case is open: another calendar recounts its dates once, other rules leave it as it was."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from contracts.tables import PACKAGED
from tests.contracts.test_legal_folders import write_rules
from tests.support.time_house import Case, TimeHouse

VEHICLES = "mvd-vehicles"


def write_calendar(folder: Path, *days: str) -> Path:
    """A deployment's calendar of 2026: the packaged one, in which these days are off besides."""
    packaged = (PACKAGED / "legal" / "calendar.toml").read_text(encoding="utf-8")
    (year,) = [part for part in packaged.split("[[year]]") if "\nyear = 2026\n" in part]
    (folder / "legal").mkdir(parents=True)
    changed = year.replace("off = [", f"off = [{', '.join(days)}, ", 1)
    (folder / "legal" / "calendar.toml").write_text(f'version = "moved"\n\n[[year]]{changed}', encoding="utf-8")
    return folder


def extended_case(times: TimeHouse) -> Case:
    times.mock.fail(kind="silence", passport=VEHICLES, seconds=0)
    case = times.submit(times.family())
    times.step(timedelta(hours=4))
    case.send()
    times.settle()
    return case


def test_a_calendar_that_changes_recounts_an_open_case_with_one_notice_and_keeps_the_promised_date(
    times: TimeHouse, tmp_path: Path
) -> None:
    case = extended_case(times)
    before = case.get()["terms"]
    assert (before["extension_until"]["on"], before["no_later_than"]["on"]) == ("2026-11-04", "2026-11-25")
    moved = {"ASP_PASSPORTS": str(write_calendar(tmp_path / "law", "2026-11-04"))}
    times.restart(moved)
    # At once: this case has nothing else to do before the evening.
    times.settle()
    after = case.get()["terms"]
    assert (after["extension_until"]["on"], after["no_later_than"]["on"]) == ("2026-11-05", "2026-11-26")
    assert after["promised"] == before["promised"]
    assert "moved" in after["calendar_version"]
    assert case.notice_kinds() == ["extension", "date_recounted"]
    told = " ".join(case.notices()[-1]["paragraphs"])
    assert "решение" in told.partition("26.11.2026")[0], "the day of the result is told as such"
    assert "пакета документов теперь заканчивается 05.11.2026" in told
    assert told.count("25.11.2026") == told.count("04.11.2026") == 1, "what was told before stands beside"
    recounts = [one["data"] for one in case.events("date_set") if one["data"]["cause"] == "calendar"]
    assert {one["before"] for one in recounts} == {"2026-11-04", "2026-11-25"}
    times.restart(moved)
    times.step(timedelta(days=2))
    assert case.notice_kinds() == ["extension", "date_recounted"]
    assert case.get()["terms"] == after


def test_rules_that_change_leave_an_open_case_to_its_own_and_judge_a_new_one(times: TimeHouse, tmp_path: Path) -> None:
    times.mock.fail(kind="silence", passport=VEHICLES, seconds=0)
    old = times.submit(times.family())
    times.step(timedelta(hours=1))
    sooner = {"id": '"patience.minutes.synchronous"', "value": "120", "options": "[240, 120]"}
    times.restart({"ASP_PASSPORTS": str(write_rules(tmp_path / "law", sooner, version="next"))})
    new = times.submit(times.family("sole-proprietor"))
    times.step(timedelta(hours=1, minutes=59))
    assert (old.letters(), new.letters()) == ([], [])
    times.step(timedelta(minutes=1))
    # At 13:00: two hours of the new rules are over; of the four by which the first case was accepted, three.
    assert (old.letters(), new.letter_states()) == ([], [("police", "drafted")])
    # The new rules are pinned as well: the files may go back.
    times.restart()
    times.step(timedelta(hours=1))
    assert old.letter_states() == [("police", "drafted")]
    (drafted,) = old.events("letter_drafted")
    assert drafted["at"] == "2026-10-05T14:00:00+05:00"
    assert "next" not in old.get()["terms"]["rules_version"]
    assert "next" in new.get()["terms"]["rules_version"]
