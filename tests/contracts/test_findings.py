"""The rows of findings are whole: each code and each rule once, contradictions first."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.errors import CatalogueInvalid
from contracts.findings import FindingCode, load_findings
from contracts.tables import PACKAGED

ROWS = (PACKAGED / "findings.toml").read_text(encoding="utf-8")


def test_the_shipped_rows_are_read_in_the_order_of_the_file() -> None:
    assert list(load_findings().values())[-1].code is FindingCode.UNKNOWN_CODE
    weights = [row.weight for row in load_findings().values()]
    assert weights == sorted(weights)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('code = "prior-aid"', 'code = "member-dead"', "each code has one row"),
        ('rule = "prior_aid"', 'rule = "member_dead"', "each rule has one row"),
        ('rule = "prior_aid"', 'rule = "Prior aid"', "pattern"),
        ('rule = "member_dead"\nweight = "contradiction"', 'rule = "member_dead"\nweight = "information"', "first"),
    ],
)
def test_rows_that_are_not_whole_are_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    file = tmp_path / "findings.toml"
    assert ROWS.count(old) == 1
    file.write_text(ROWS.replace(old, new), encoding="utf-8")
    with pytest.raises(CatalogueInvalid, match=message):
        load_findings(file)
