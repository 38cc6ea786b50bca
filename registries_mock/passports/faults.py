"""What is wrong with a passport: the file, the place in it, the fact, and what would be right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import ClassVar, Final

_LISTED: Final = 12


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong."""

    file: str
    """Path within the passport's folder."""
    sentence: str
    remedy: str = ""
    """What would be right; empty where the sentence says it."""
    place: str = ""
    """The field, term or element."""
    line: int = 0
    """Counted from 1; 0 where no line is known."""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        told = f"{where}: {self.place}: {self.sentence}" if self.place else f"{where}: {self.sentence}"
        return f"{told}; {self.remedy}" if self.remedy else told


class PassportError(Exception):
    """Root of why a passport is not taken; no text holds what samples say."""

    code: ClassVar[str] = "passport-error"


class PassportInvalid(PassportError):
    """The passport, its schemas and its samples do not agree."""

    code = "passport-invalid"


class PassportExists(PassportError):
    """A passport of this key is there already."""

    code = "passport-exists"


class FolderUnusable(PassportError):
    """A folder cannot be read or written."""

    code = "folder-unusable"


def suggest(wrong: str, known: Iterable[str], what: str = "there is") -> str:
    """The nearest of the known words, or all of them where they are few."""
    words = sorted(set(known))
    near = get_close_matches(wrong, words, n=1, cutoff=0.7)
    if near:
        return f"{near[0]} is meant?"
    if not words:
        return "nothing may stand there"
    more = f" and {len(words) - _LISTED} more" if len(words) > _LISTED else ""
    return f"{what} {', '.join(words[:_LISTED])}{more}"
