"""No file of the project carries a path of the machine it was written on, or the address of a package index."""

import re
from pathlib import Path

import pytest

from tests.repository.files import project_files, said

# In pieces, so that this file does not carry them itself.
PATHS = ["/" + top + "/" for top in ("wo" + "rk", "ro" + "ot", "ho" + "me")]
HOSTS = ["py" + "pi.org", "python" + "hosted", "npm" + "js.", "deb." + "debian.org", "dock" + "er.io"]
LOCAL = re.compile("|".join([*(rf"(?<![\w.]){path}" for path in PATHS), *map(re.escape, HOSTS)]))


@pytest.mark.parametrize("path", project_files(), ids=said)
def test_a_file_names_no_place_but_its_own(path: Path) -> None:
    """What is read here must be true on any machine."""
    text = path.read_bytes().decode("utf-8", errors="replace")
    found = LOCAL.search(text)
    assert found is None, f"{said(path)} names {found.group() if found else ''}"
