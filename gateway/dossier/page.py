"""The dossier as a page that a specialist reads: every request, who was asked, what came, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from contracts.tables import Names, read_row, read_toml
from contracts.tables import Row as TableRow
from contracts.vocabulary.terms import Term

LANGUAGES = ("ru", "kk", "en")


class _Words(TableRow):
    word: dict[str, Names]


@dataclass(frozen=True)
class Line:
    """One line of an answer: its title and text; `depth` is how deep in lists it stands."""

    title: str
    text: str
    depth: int


def render_page(dossier: dict[str, Any], vocabulary: Mapping[str, Term], language: str = "ru") -> str:
    """The page in one language; everything that came from outside is escaped."""
    spoken = language if language in LANGUAGES else "ru"
    words = {key: _in(names, spoken) for key, names in load_words().items()}

    def say(key: str) -> str:
        return words.get(key, key.replace("_", " ").replace("-", " "))

    def lines(answer: dict[str, Any]) -> list[Line]:
        return _lines(answer, vocabulary, spoken)

    def say_told(text: str) -> str:
        return words.get(f"told_{text}", text)

    names_by_ref = _names_of_people(dossier)
    return (
        _environment()
        .get_template("dossier.html")
        .render(
            d=dossier,
            say=say,
            say_told=say_told,
            lines=lines,
            language=spoken,
            title_of=lambda names: _pick(names, spoken),
            title_of_path=lambda path: _title(path, vocabulary, spoken, unknown=""),
            moment=lambda text: text[:16].replace("T", " ") if text else "",
            who=lambda ref: names_by_ref.get(ref) or say(ref),
        )
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("gateway.dossier", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def load_words() -> Mapping[str, Names]:
    """The page's own words, by key."""
    from importlib.resources import as_file, files

    with as_file(files("gateway.dossier") / "templates" / "words.toml") as path:
        return read_row(_Words, read_toml(path), path.name).word


def _lines(answer: dict[str, Any], vocabulary: Mapping[str, Term], language: str) -> list[Line]:
    found: list[Line] = []

    def walk(node: Any, path: str, depth: int) -> None:
        if isinstance(node, dict) and not _is_coded(node):
            for name, item in node.items():
                walk(item, f"{path}.{name}" if path else name, depth)
        elif isinstance(node, list):
            for n, item in enumerate(node, start=1):
                found.append(Line(f"{n}.", "", depth))
                walk(item, f"{path}[]", depth + 1)
        else:
            found.append(Line(_title(path, vocabulary, language), _text(node, language), depth))

    walk(answer, "", 0)
    return found


def _names_of_people(dossier: dict[str, Any]) -> dict[str, str]:
    subjects = (inquiry["subject"] for request in dossier["requests"] for inquiry in request["inquiries"])
    return {subject["ref"]: subject["name"] for subject in subjects if subject and subject["ref"] != "household"}


def _title(path: str, vocabulary: Mapping[str, Term], language: str, unknown: str | None = None) -> str:
    """The title of a term; a whole group or list has none, and is named by its path unless told otherwise."""
    term = vocabulary.get(path)
    if term is None:
        return path if unknown is None else unknown
    return _in(term.title, language)


def _text(value: Any, language: str) -> str:
    if _is_coded(value):
        name = value["kk" if language == "kk" else "ru"] or value["value"] or ""
        return f"{name} ({value['code']})" if name else str(value["code"])
    if isinstance(value, bool):
        return {"ru": ("нет", "да"), "kk": ("жоқ", "иә"), "en": ("no", "yes")}[language][value]
    return str(value)


def _is_coded(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"code", "value", "ru", "kk"}


def _in(names: Names, language: str) -> str:
    return _pick(names.model_dump(), language)


def _pick(names: Mapping[str, str], language: str) -> str:
    return names.get(language) or names.get("ru", "")
