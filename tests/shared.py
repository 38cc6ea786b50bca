"""Where the facts lie that are beside the project, not part of it, and how a test lives without them."""

import os
from pathlib import Path

import pytest

BESIDE = Path(__file__).resolve().parents[2] / "shared"
ABSENT = "shared facts are not beside the project"


def shared_path(*parts: str) -> Path:
    """Return a path among the shared facts; skip the test where there are none.

    The environment variable ASP_SHARED says where they are; without it they are looked for in the sibling folder
    `shared`. A folder that is there but lacks the path is an error of the test, not a reason to skip.
    """
    root = Path(os.environ.get("ASP_SHARED") or BESIDE)
    if not root.is_dir():
        pytest.skip(ABSENT)
    path = root.joinpath(*parts)
    if not path.exists():
        raise FileNotFoundError(f"the shared facts have no {'/'.join(parts)}")
    return path
