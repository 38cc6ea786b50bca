"""A named file is read whole or refused: nothing is waited for, and nothing grows without end."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from signing.files import read_bounded


def test_a_file_is_read_up_to_the_bound_and_refused_beyond_it(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"12345")
    assert read_bounded(file, 5) == b"12345"
    with pytest.raises(OSError, match="more than 4 bytes"):
        read_bounded(file, 4)


def test_a_pipe_that_nobody_writes_to_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="no regular file"):
        read_bounded(tmp_path / "pipe", 10)


@pytest.mark.parametrize("target", ["/dev/zero", "."])
def test_what_never_ends_or_is_no_file_is_refused_through_links_too(tmp_path: Path, target: str) -> None:
    (tmp_path / "link").symlink_to(target)
    with pytest.raises(OSError, match=r"no regular file|directory"):
        read_bounded(tmp_path / "link", 10)


def test_what_is_not_there_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_bounded(tmp_path / "none", 10)
