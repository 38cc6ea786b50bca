"""Replies: a record of the vocabulary written as the passport's payload: order, cardinality, namespaces, forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from contracts.passport import DictionaryEntry, Passport, Payload, PayloadField
from contracts.vocabulary.terms import Record
from contracts.words import DataForm, FieldType
from registries_mock.payloads.items import Item, to_json, to_xml
from registries_mock.payloads.names import Naming
from registries_mock.payloads.paths import bare
from registries_mock.payloads.plan import FRAME, MANY, NOTHING, OPTIONAL, RECORD, Node, build_plan
from registries_mock.payloads.quick_writing import QuickWriter
from registries_mock.payloads.scope import Scope, is_present
from registries_mock.payloads.values import filler, find_entry, to_text

Dictionaries = Callable[[str], Sequence[DictionaryEntry]]


@dataclass(frozen=True)
class Written:
    """The payload's bytes, and the mandatory places for which the record had no value (they hold a filler)."""

    body: bytes
    gaps: tuple[str, ...]


@dataclass(frozen=True)
class Frame:
    """What a reply says besides the record."""

    facts: Mapping[str, str]
    """Values of ContextWords and question words; message.date in ISO form."""
    overrides: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Texts by payload path that take the place of whatever stands there."""
    without: frozenset[str] = frozenset()
    """Payload paths of elements that are left out, as far as they may be."""
    lost: frozenset[str] = frozenset()
    """Payload paths of elements that are not there, whether they may be left out or not."""
    surplus: bool = False
    """An element comes first that nobody agreed on."""


class PayloadWriter:
    """Writes one payload of one passport."""

    def __init__(self, passport: Passport, payload: Payload, dictionaries: Dictionaries) -> None:
        self.payload = payload
        self.namespaces = passport.namespaces
        self.dictionaries = dictionaries
        self.naming = Naming(payload, passport.namespaces)
        self.plan = build_plan(payload.fields, self.naming)
        self._quick = QuickWriter(self.plan, payload, passport.namespaces)

    def write(self, records: Sequence[Record], frame: Frame) -> Written:
        """The reply about these records (none: an empty frame); the root or the `data` element as text, or JSON."""
        run = Run(self, frame)
        if self.payload.form is not DataForm.JSON and not run.is_changed and not frame.surplus:
            return Written(self._quick.write(run, records).encode(), tuple(run.gaps))
        children, _ = run.children(self.plan, Scope(records, records[0] if records else {}))
        if frame.surplus:
            children.insert(0, Item("notAgreedOn", FieldType.STRING, "1"))
        if self.payload.form is DataForm.JSON:
            return Written(to_json(children), tuple(run.gaps))
        top = Item(self.payload.root or "data", children=children)
        top.attributes = {node.step.name: text for node, text in run.attributes(self.plan, Scope(records, {}))}
        if self.payload.form is DataForm.TYPED:
            top.attributes["xsi:type"] = self.payload.xsi_type
        return Written(to_xml(top, self.namespaces).encode(), tuple(run.gaps))

    def names_of_entry(self, node: Node) -> tuple[str, ...]:
        """How the parts of a dictionary's entry are called below the node: code, name in Russian, in Kazakh."""
        return tuple(self.naming.of_child(node.step, name) for name in self.payload.dict_shape)


class Run:
    """One writing: what is known, and which gaps were met."""

    def __init__(self, writer: PayloadWriter, frame: Frame) -> None:
        self.writer = writer
        self.frame = frame
        self.overrides = {bare(path): text for path, text in frame.overrides.items()}
        self.without = {bare(path) for path in frame.without}
        self.lost = {bare(path) for path in frame.lost}
        self.is_changed = bool(self.overrides or self.without or self.lost)
        self.gaps: list[str] = []

    def children(self, node: Node, scope: Scope) -> tuple[list[Item], int]:
        items: list[Item] = []
        says = NOTHING
        for child in node.children:
            built, weight = self.element(child, scope)
            items += built
            says = max(says, weight)
        return items, says

    def element(self, node: Node, scope: Scope) -> tuple[list[Item], int]:
        if node.is_plain and not self.is_changed:
            return self._plain(node, node.fields[0], scope)
        own = node.fields[0] if node.fields else None
        if node.path in self.lost:
            return [], NOTHING
        if own is None and node.path in self.without:
            return [], NOTHING
        if own is None:
            item, says = self._body(node, scope, FieldType.GROUP)
            return ([item], says) if item.children or says else ([], says)
        if node.path in self.without:
            return self._emptied(node, own), NOTHING
        return self._group(node, own, scope) if own.type is FieldType.GROUP else self._leaves(node, own, scope)

    def attributes(self, node: Node, scope: Scope) -> list[tuple[Node, str]]:
        found = ((one, self._text(one, one.fields[0], scope)) for one in node.attributes)
        return [(one, text) for one, (text, _) in found if text is not None]

    def _body(self, node: Node, scope: Scope, kind: FieldType) -> tuple[Item, int]:
        """The element with what is below it, and how much that says."""
        children, says = self.children(node, scope)
        item = Item(node.name, kind, children=children)
        for attribute, text in self.attributes(node, scope):
            item.attributes[attribute.name] = text
            says = max(says, RECORD if attribute.has_binds else FRAME)
        self._tell_apart(node, item)
        return item, says

    def _tell_apart(self, node: Node, item: Item) -> None:
        """What the predicate of the step asks for: `item[@code=x]`, `entry[key=x]`."""
        step = node.step
        if step.key and step.key_is_attribute:
            item.attributes[step.key] = step.wanted
        elif step.key and not any(child.name.rpartition(":")[2] == step.key for child in item.children):
            item.children.insert(0, Item(node.key_name, FieldType.STRING, step.wanted))

    def _group(self, node: Node, own: PayloadField, scope: Scope) -> tuple[list[Item], int]:
        if own.bind.endswith("[]"):
            rows = scope.rows(own.bind)
            if own.card in MANY:
                scopes = [scope.inside(own.bind, row) for row in rows]
            else:
                scopes = [scope.inside(own.bind, rows[0])] if rows else []
            built = [self._one(node, own, inner)[0] for inner in scopes]
            return (built, RECORD) if built else self._absent(node, own, scope)
        scopes = (
            [scope.of_record(record) for record in scope.records] if own.card in MANY and scope.records else [scope]
        )
        items: list[Item] = []
        weight = NOTHING
        for inner in scopes:
            gaps = len(self.gaps)
            item, says = self._one(node, own, inner)
            if own.bind and is_present(inner.value(own.bind)):
                says = RECORD
            weight = max(weight, says)
            if says == RECORD or (says == FRAME and not node.has_binds):
                items.append(item)
            else:
                del self.gaps[gaps:]
        return (items, weight) if items else self._absent(node, own, scope)

    def _one(self, node: Node, own: PayloadField, scope: Scope) -> tuple[Item, int]:
        item, says = self._body(node, scope, FieldType.GROUP)
        item.many = own.card in MANY
        if own.xsi_type:
            item.attributes["xsi:type"] = own.xsi_type
        return item, says

    def _absent(self, node: Node, own: PayloadField, scope: Scope) -> tuple[list[Item], int]:
        """A group that the record does not fill: left out, nil, or a frame around fillers, as cardinality allows."""
        if own.card in OPTIONAL:
            return [], NOTHING
        if own.nil:
            return self._emptied(node, own), NOTHING
        item, _ = self._one(node, own, Scope((), {}, scope.items) if own.bind.endswith("[]") else scope)
        return [item], NOTHING

    def _emptied(self, node: Node, own: PayloadField) -> list[Item]:
        if own.card in OPTIONAL:
            return []
        return [Item(node.name, own.type, nil=own.nil, many=own.card in MANY)]

    def _leaves(self, node: Node, own: PayloadField, scope: Scope) -> tuple[list[Item], int]:
        prefix = scope.open_list(own.bind) if own.card in MANY else ""
        if prefix:
            built = [self._leaf(node, own, scope.inside(prefix, row)) for row in scope.rows(prefix)]
            return [item for items, _ in built for item in items], RECORD if built else NOTHING
        return self._leaf(node, own, scope)

    def _plain(self, node: Node, own: PayloadField, scope: Scope) -> tuple[list[Item], int]:
        """What `_leaves` does for one text with nothing beside it, in fewer steps: most of a reply is such."""
        if own.bind:
            value = scope.value(own.bind)
            says = RECORD if is_present(value) else NOTHING
        else:
            value = next((text for word in own.sources if (text := self.frame.facts.get(word))), own.value or None)
            says = NOTHING if value is None else FRAME
        if not says:
            if own.card in OPTIONAL:
                return [], NOTHING
            return [self.filled(node, own, Item(node.name, own.type))], NOTHING
        is_word = own.dictionary and own.bind
        text = find_entry(value, self.writer.dictionaries(own.dictionary)).code if is_word else to_text(value, own.type)
        return [Item(node.name, own.type, text)], says

    def filled(self, node: Node, own: PayloadField, item: Item) -> Item:
        """A mandatory place without a value: nil, or with a filler."""
        if own.nil:
            item.nil = True
            return item
        today = self.frame.facts.get("message.date", "")
        item.text = filler(own.type, self.writer.dictionaries(own.dictionary), today)
        if own.type is not FieldType.STRING:
            self.gaps.append(node.path)
        return item

    def _leaf(self, node: Node, own: PayloadField, scope: Scope) -> tuple[list[Item], int]:
        item = self._body(node, scope, own.type)[0] if node.places or node.step.key else Item(node.name, own.type)
        item.many = own.card in MANY
        if own.xsi_type:
            item.attributes["xsi:type"] = own.xsi_type
        if own.type is FieldType.DICT:
            item.children, says = self._dictionary_value(node, own, scope)
            if says or own.card not in OPTIONAL:
                item.nil = own.nil and not says
                item.children = [] if item.nil else item.children
                return [item], says
            return [], says
        text, says = self._text(node, own, scope)
        if text is None and own.card in OPTIONAL:
            return [], says
        if text is None:
            return [self.filled(node, own, item)], says
        item.text = text
        return [item], says

    def _dictionary_value(self, node: Node, own: PayloadField, scope: Scope) -> tuple[list[Item], int]:
        shape = self.writer.payload.dict_shape
        value, says = self._value(node.path if node.path in self.overrides else f"{node.path}/{shape[0]}", own, scope)
        entry = find_entry("" if value is None else value, self.writer.dictionaries(own.dictionary))
        if value is None and own.card not in OPTIONAL and not own.nil:
            self.gaps.append(node.path)
        texts = (entry.code, entry.ru, entry.kk)
        names = self.writer.names_of_entry(node)
        return [Item(name, FieldType.STRING, text) for name, text in zip(names, texts, strict=True)], says

    def _text(self, node: Node, own: PayloadField, scope: Scope) -> tuple[str | None, int]:
        """The text of a leaf; of a split one, its pieces in their places."""
        if own.split is None or node.path in self.overrides:
            return self._piece(node.path, own, scope)
        pieces = [""] * (1 + max(one.split.index for one in node.fields if one.split))
        weight = NOTHING
        for one in node.fields:
            text, says = self._piece(node.path, one, scope)
            if text is not None and one.split is not None:
                pieces[one.split.index] = text
                weight = max(weight, says)
        return (own.split.separator.join(pieces) if weight else None), weight

    def _piece(self, path: str, own: PayloadField, scope: Scope) -> tuple[str | None, int]:
        value, says = self._value(path, own, scope)
        if value is None:
            return None, says
        if own.dictionary and own.bind and path not in self.overrides:
            return find_entry(value, self.writer.dictionaries(own.dictionary)).code, says
        return to_text(value, own.type), says

    def _value(self, path: str, own: PayloadField, scope: Scope) -> tuple[object | None, int]:
        """The value of a field, and how much it says."""
        if path in self.overrides:
            return self.overrides[path], RECORD
        if own.bind:
            value = scope.value(own.bind)
            return (value, RECORD) if is_present(value) else (None, NOTHING)
        found = next((text for word in own.sources if (text := self.frame.facts.get(word))), own.value or None)
        return found, NOTHING if found is None else FRAME
