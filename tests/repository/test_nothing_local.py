"""No file of the project carries a path of the machine it was written on, or the address of a package index."""

import re
from pathlib import Path

from tests.repository.files import project_files, said

# In pieces, so that this file does not carry them itself.
PATHS = ["/" + top + "/" for top in ("wo" + "rk", "ro" + "ot", "ho" + "me")]
HOSTS = ["py" + "pi.org", "python" + "hosted", "npm" + "js.", "deb." + "debian.org", "dock" + "er.io"]
LOCAL = re.compile("|".join([*(rf"(?<![\w.]){path}" for path in PATHS), *map(re.escape, HOSTS)]))


def named_in(path: Path) -> list[str]:
    """The places that a file names."""
    return LOCAL.findall(path.read_bytes().decode("utf-8", errors="replace"))


def test_no_file_names_a_place_but_its_own() -> None:
    """What is read here must be true on any machine."""
    assert {said(path): found for path in project_files() if (found := named_in(path))} == {}
