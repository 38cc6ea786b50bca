"""The words of letters, tickets and notices, read from `texts.toml`, and how their places are filled in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import as_file, files
from typing import Literal

from contracts.errors import RenderingFailed
from contracts.tables import Names, Row, read_row, read_toml


class NoticeParagraph(Row):
    ru: str
    kk: str
    when: str = ""
    """Printed only where the notice has this: a place's name, `items` or `reasons`."""
    list: Literal["", "items", "reasons"] = ""
    """What is listed after it; without any the paragraph cannot stand."""


class NoticeKind(Row):
    title: Names
    paragraphs: tuple[NoticeParagraph, ...]
    sms: Names
    sms_dated: Names | None = None
    """Where the kind is about a date, and it is told."""


class Texts(Row):
    word: dict[str, Names]
    letter: dict[str, Names]
    ticket: dict[str, Names]
    kind: dict[str, NoticeKind]


@cache
def load_texts() -> Texts:
    with as_file(files("gateway.documents") / "texts.toml") as path:
        return read_row(Texts, read_toml(path), path.name)


@cache
def hash_texts() -> str:
    """SHA-256 of the file of words: what a text was taken from can be told later."""
    return hashlib.sha256((files("gateway.documents") / "texts.toml").read_bytes()).hexdigest()


def find_kind(kind: str) -> NoticeKind:
    """The texts of a kind; raises RenderingFailed where there is none."""
    found = load_texts().kind.get(kind)
    if found is None:
        raise RenderingFailed(f"there is no kind of notice {kind!r}")
    return found


def speak(names: Names | NoticeParagraph, language: str) -> str:
    return names.kk if language == "kk" else names.ru


def say_word(key: str, language: str, **places: str) -> str:
    return fill(speak(load_texts().word[key], language), places)


def fill(text: str, places: Mapping[str, str]) -> str:
    """The text with its places filled in; what fills them is not read again. An open one raises RenderingFailed."""
    try:
        return text.format_map(places)
    except KeyError as error:
        raise RenderingFailed(f"the document needs {error.args[0]}, and it was not given") from error


def say_date(day: date) -> str:
    return f"{day.day:02d}.{day.month:02d}.{day.year:04d}"


def end_sentence(text: str) -> str:
    """The text without the full stop at its end, for use inside a sentence."""
    return text.strip().rstrip(".")
