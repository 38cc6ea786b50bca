"""docs/api.md tells of every endpoint, as the table does."""

import re

from gateway.api.table import ROUTES
from tests.repository.files import ROOT


def test_the_document_has_the_table_of_routes() -> None:
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([A-Z]+ /\S*)` \| (\w+) \| (.*) \|$", text, re.MULTILINE)
    assert rows == [(route.name, route.access.value, route.summary) for route in ROUTES]
