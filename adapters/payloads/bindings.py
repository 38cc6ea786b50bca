"""What of a plan is bound to the vocabulary, worked out once: how each text is read, and where it goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from adapters.payloads.places import Keep, Open, Prefixes, Scopes, make_keep, make_open
from adapters.payloads.plans import Branch
from adapters.payloads.values import AS_WRITTEN, Value, make_code_reader, make_value_reader, term_type_of
from contracts.errors import ContractBroken
from contracts.passport import DictionaryEntry, PayloadField
from contracts.vocabulary.terms import Term
from contracts.words import FieldType, TermType

Dictionary = Callable[[str], Sequence[DictionaryEntry]]
KeepText = Callable[[str, Scopes], None]
"""Of a text that is not empty; raises ContractBroken where it cannot be read."""
KeepWords = Callable[[str, str, str, Scopes], None]
"""Of a dictionary value: code, Russian and Kazakh name, each "" where it is not there."""


@dataclass(frozen=True)
class Group:
    open: Open


@dataclass(frozen=True)
class Words:
    keep: KeepWords


@dataclass(frozen=True)
class Text:
    keep: KeepText


@dataclass(frozen=True)
class Bound:
    """An element of which something is bound."""

    branch: Branch
    uses: tuple[Group | Words | Text, ...]
    below: Level


@dataclass(frozen=True)
class Level:
    """What is bound below one element: everything else of the plan is not even looked for."""

    attributes: tuple[tuple[str, Text], ...]
    elements: Mapping[str, tuple[Bound, ...]]
    """By local name."""


@dataclass(frozen=True)
class Binder:
    """Binds the branches of a passport's plan."""

    vocabulary: Mapping[str, Term]
    dictionary: Dictionary

    def bind_level(self, branches: Sequence[Branch], prefixes: Prefixes = ("",)) -> Level:
        attributes: list[tuple[str, Text]] = []
        elements: dict[str, tuple[Bound, ...]] = {}
        for branch in branches:
            fields = [field for field in branch.fields if field.bind]
            name = branch.step.local
            if branch.step.attribute:
                attributes += [(name, self._bind_text(field, prefixes)) for field in fields]
                continue
            bound = self._bind(branch, fields, prefixes)
            if bound.uses or bound.below.attributes or bound.below.elements:
                elements[name] = (*elements.get(name, ()), bound)
        return Level(tuple(attributes), elements)

    def _bind(self, branch: Branch, fields: Sequence[PayloadField], prefixes: Prefixes) -> Bound:
        uses: list[Group | Words | Text] = []
        for field in fields:
            if field.type is FieldType.GROUP:
                opening, prefixes = make_open(field.bind, prefixes)
                uses.append(Group(opening))
            elif field.type is FieldType.DICT:
                uses.append(self._bind_words(field, prefixes))
            else:
                uses.append(self._bind_text(field, prefixes))
        return Bound(branch, tuple(uses), self.bind_level(branch.children, prefixes))

    def _bind_text(self, field: PayloadField, prefixes: Prefixes) -> Text:
        keep = self._bind_value(field, make_keep(field.bind, prefixes))
        if field.split is None:
            return Text(keep)
        separator, index = field.split.separator, field.split.index

        def keep_piece(text: str, scopes: Scopes) -> None:
            pieces = text.split(separator)
            if index < len(pieces) and (piece := pieces[index].strip()):
                keep(piece, scopes)

        return Text(keep_piece)

    def _bind_value(self, field: PayloadField, keep: Keep) -> KeepText:
        kind = self._term_type(field)
        if kind in AS_WRITTEN:
            return keep
        read = make_value_reader(kind, self.dictionary(field.dictionary) if field.dictionary else ())

        def keep_value(text: str, scopes: Scopes) -> None:
            try:
                value: Value = read(text)
            except (ValueError, ArithmeticError):
                # `from None`: the texts of these exceptions quote the value, which may be personal.
                raise ContractBroken(f"{field.path} is not a {kind}") from None
            keep(value, scopes)

        return keep_value

    def _bind_words(self, field: PayloadField, prefixes: Prefixes) -> Words:
        keep = make_keep(field.bind, prefixes)
        if self._term_type(field) is not TermType.CODE:
            keep_value = self._bind_value(field, keep)

            def keep_code(code: str, _ru: str, _kk: str, scopes: Scopes) -> None:
                if code:
                    keep_value(code, scopes)

            return Words(keep_code)
        read = make_code_reader(self.dictionary(field.dictionary))

        def keep_words(code: str, ru: str, kk: str, scopes: Scopes) -> None:
            if code or ru or kk:
                keep(read(code, ru, kk), scopes)

        return Words(keep_words)

    def _term_type(self, field: PayloadField) -> TermType:
        term = self.vocabulary.get(field.bind.removesuffix("[]"))
        return term.type if term is not None else term_type_of(field.type)
