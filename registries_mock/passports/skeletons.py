"""A passport to begin with: commented files of one protocol that agree with each other, to be changed bit by bit."""

from __future__ import annotations

import re
from pathlib import Path
from string import Template
from typing import Final

from contracts.words import Protocol
from registries_mock.passports.faults import FolderUnusable, PassportExists

_FILES: Final = Path(__file__).parent / "skeletons"
_KEY: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_SHAPES: Final = {
    Protocol.SHEP_SYNC: "shep",
    Protocol.SHEP_ASYNC: "shep",
    Protocol.SOAP: "soap",
    Protocol.REST: "rest",
}


def is_key(name: str) -> bool:
    """Whether a passport may be called so."""
    return _KEY.fullmatch(name) is not None


def write_skeleton(folder: Path, key: str, protocol: Protocol) -> None:
    """Write the files into `folder`, which is made. Raises PassportExists, FolderUnusable."""
    words = {"key": key, "term": key.replace("-", "_"), "service_id": key.upper().replace("-", "_")}
    try:
        folder.mkdir(parents=True)
        (folder / "samples").mkdir()
        for file in _list_files(protocol):
            text = Template(file.read_text(encoding="utf-8")).substitute(words)
            name = file.relative_to(
                _FILES / _SHAPES[protocol] if file.is_relative_to(_FILES / _SHAPES[protocol]) else _FILES
            )
            (folder / name).write_text(text, encoding="utf-8")
        head, tail = ((_FILES / name).read_text(encoding="utf-8") for name in ("head.toml", f"{protocol}.toml"))
        (folder / "passport.toml").write_text(Template(head + tail).substitute(words), encoding="utf-8")
    except FileExistsError as error:
        raise PassportExists(f"{folder} is there already") from error
    except OSError as error:
        raise FolderUnusable(f"{error.filename or folder}: {error.strerror}") from error


def _list_files(protocol: Protocol) -> list[Path]:
    shape = _FILES / _SHAPES[protocol]
    return [_FILES / "vocabulary.toml", *sorted(file for file in shape.rglob("*") if file.is_file())]
