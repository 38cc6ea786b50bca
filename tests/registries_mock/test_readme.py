"""The suite stands alone: it loads nothing of the gateway, and its README tells what it does not imitate."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import registries_mock
from contracts.catalogue import Catalogue
from registries_mock.parts_page import refresh

README = Path(registries_mock.__file__).parent / "README.md"
_SERVED = """
import sys
from importlib.abc import MetaPathFinder

class Forbidding(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] in {"gateway", "adapters", "sqlalchemy", "alembic", "psycopg", "sqlite3"}:
            raise ImportError("the suite stands alone: " + name)

sys.meta_path.insert(0, Forbidding())
import urllib.request
from registries_mock.testing import running
with running() as registries:
    whole = registries.people.application("family-of-five")
    for path in ("/", "/_mock/journal", "/bip-sync-wss-gost/?wsdl", "/_mock/certificates/gost2015", "/ca/crl/root.crl"):
        assert urllib.request.urlopen(registries.url + path).status == 200, path
"""


def test_the_suite_runs_where_neither_gateway_nor_database_can_be_loaded() -> None:
    done = subprocess.run([sys.executable, "-c", _SERVED], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_table_of_parts_is_as_the_passports_say() -> None:
    """Refreshed by `python -m registries_mock.parts_page registries_mock/README.md`."""
    page = README.read_text(encoding="utf-8")
    assert page == refresh(page)


def test_no_part_is_left_out(catalogue: Catalogue) -> None:
    page = README.read_text(encoding="utf-8")
    assert [key for key in catalogue.passports if f"| `{key}` |" not in page] == []
