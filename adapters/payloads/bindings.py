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
KeepCode = Callable[[str, str, str, Scopes], None]
"""Of a dictionary value: code, Russian and Kazakh name, each "" where it is not there."""


@dataclass(frozen=True)
class BoundGroup:
    """An element that opens a group, or an item of a list, where anything is in it."""

    open: Open


@dataclass(frozen=True)
class BoundCode:
    """A dictionary value: children of their own names."""

    keep: KeepCode


@dataclass(frozen=True)
class BoundText:
    """A text of an element or attribute, or a piece of it."""

    keep: KeepText


@dataclass(frozen=True)
class BoundElement:
    """An element of which something is bound."""

    branch: Branch
    uses: tuple[BoundGroup | BoundCode | BoundText, ...]
    below: Level


@dataclass(frozen=True)
class Level:
    """What is bound below one element: everything else of the plan is not even looked for."""

    attributes: tuple[tuple[str, BoundText], ...]
    elements: Mapping[str, tuple[BoundElement, ...]]
    """By local name."""


@dataclass(frozen=True)
class Binder:
    """Binds the branches of a passport's plan."""

    vocabulary: Mapping[str, Term]
    dictionary: Dictionary

    def bind_level(self, branches: Sequence[Branch], prefixes: Prefixes = ("",)) -> Level:
        attributes: list[tuple[str, BoundText]] = []
        elements: dict[str, tuple[BoundElement, ...]] = {}
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

    def _bind(self, branch: Branch, fields: Sequence[PayloadField], prefixes: Prefixes) -> BoundElement:
        uses: list[BoundGroup | BoundCode | BoundText] = []
        for field in fields:
            if field.type is FieldType.GROUP:
                opening, prefixes = make_open(field.bind, prefixes)
                uses.append(BoundGroup(opening))
            elif field.type is FieldType.DICT:
                uses.append(self._bind_code(field, prefixes))
            else:
                uses.append(self._bind_text(field, prefixes))
        return BoundElement(branch, tuple(uses), self.bind_level(branch.children, prefixes))

    def _bind_text(self, field: PayloadField, prefixes: Prefixes) -> BoundText:
        keep = self._bind_value(field, make_keep(field.bind, prefixes))
        if field.split is None:
            return BoundText(keep)
        separator, index = field.split.separator, field.split.index

        def keep_piece(text: str, scopes: Scopes) -> None:
            pieces = text.split(separator)
            if index < len(pieces) and (piece := pieces[index].strip()):
                keep(piece, scopes)

        return BoundText(keep_piece)

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

    def _bind_code(self, field: PayloadField, prefixes: Prefixes) -> BoundCode:
        keep = make_keep(field.bind, prefixes)
        if self._term_type(field) is not TermType.CODE:
            keep_value = self._bind_value(field, keep)

            def keep_code(code: str, _ru: str, _kk: str, scopes: Scopes) -> None:
                if code:
                    keep_value(code, scopes)

            return BoundCode(keep_code)
        read = make_code_reader(self.dictionary(field.dictionary))

        def keep_named(code: str, ru: str, kk: str, scopes: Scopes) -> None:
            if code or ru or kk:
                keep(read(code, ru, kk), scopes)

        return BoundCode(keep_named)

    def _term_type(self, field: PayloadField) -> TermType:
        term = self.vocabulary.get(field.bind.removesuffix("[]"))
        return term.type if term is not None else term_type_of(field.type)
