"""The judge sees one moment: a case that goes on while it reads is not half of one and half of another."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.chaos.promises import look_once
from tests.support.databases import POSTGRESQL, SQLITE, open_url


@pytest.mark.parametrize("kind", [SQLITE, pytest.param(POSTGRESQL, marks=pytest.mark.needs_postgresql)])
def test_what_goes_on_while_the_judge_reads_is_not_seen(kind: str, tmp_path: Path) -> None:
    with open_url(kind, tmp_path) as url:
        engine = create_engine(url, poolclass=NullPool)
        with look_once(engine) as connection:
            with engine.begin() as other:
                other.execute(text("INSERT INTO recounts VALUES (1, 'of a test', 0)"))
            assert connection.execute(text("SELECT count(*) FROM recounts")).scalar_one() == 0
        with look_once(engine) as connection:
            assert connection.execute(text("SELECT count(*) FROM recounts")).scalar_one() == 1
