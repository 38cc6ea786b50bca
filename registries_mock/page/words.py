"""The page's words in Kazakh, Russian and English, and which of the languages a reader gets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from typing import Final, Literal

from werkzeug.datastructures import LanguageAccept

from contracts.tables import Names, Row, read_row, read_toml

Language = Literal["kk", "ru", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("kk", "ru", "en")
_DEFAULT: Final[Language] = "en"


class Words(Row):
    """What the page says of its own (`word`), of kinds of failure, of facts of an exchange, and of personas."""

    word: dict[str, Names]
    kind: dict[str, Names]
    fact: dict[str, Names]
    persona: dict[str, Names]
    """Without English: a persona's own title is."""
    shows: dict[str, Names]
    """What a persona shows; without English, too."""


@dataclass(frozen=True)
class Speech:
    """The words in one language."""

    language: Language

    def say(self, key: str) -> str:
        """A word of the page; raises KeyError for one that is none."""
        return self.pick(load_words().word[key])

    def name_kind(self, kind: str) -> str:
        """What a kind of failure does; "" where there are no words for it."""
        return self._find(load_words().kind, kind, "")

    def name_fact(self, name: str) -> str:
        """What a fact of an exchange is called; its own name where there are no words for it."""
        return self._find(load_words().fact, name, name)

    def name_persona(self, name: str) -> str:
        """A persona's title; "" in English, and where there are no words for it: its own is to be shown."""
        return self._say_of(load_words().persona.get(name))

    def tell_persona(self, name: str) -> str:
        """What a persona shows; "" as for its title."""
        return self._say_of(load_words().shows.get(name))

    def order_facts(self, names: Iterable[str]) -> list[str]:
        """As the words stand; those without words last."""
        order = {name: place for place, name in enumerate(load_words().fact)}
        return sorted(names, key=lambda name: order.get(name, len(order)))

    def pick(self, names: Names) -> str:
        return str(getattr(names, self.language)) or names.ru

    def _say_of(self, names: Names | None) -> str:
        return str(getattr(names, self.language)) if names else ""

    def _find(self, table: Mapping[str, Names], key: str, unknown: str) -> str:
        return self.pick(table[key]) if key in table else unknown


def choose_speech(wanted: str | None, accepted: LanguageAccept) -> Speech:
    """The language that is said, else the reader's best one (of any country), else English."""
    best = (tag.partition("-")[0].lower() for tag, quality in accepted if quality > 0)
    asked = (wanted, *best) if wanted else tuple(best)
    known = (language for tag in asked for language in LANGUAGES if language == tag)
    return Speech(next(known, _DEFAULT))


@cache
def load_words() -> Words:
    """The packaged words; raises CatalogueInvalid where the file is none."""
    with as_file(files("registries_mock.page") / "words.toml") as path:
        return read_row(Words, read_toml(path), path.name)
