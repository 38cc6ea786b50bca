"""The fields of a payload beside its schema: places, namespaces, order, cardinality and types that do not agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from contracts.errors import CatalogueInvalid
from contracts.passport import Passport, Payload, PayloadField
from contracts.words import Cardinality, FieldType
from registries_mock.passports.faults import Fault, suggest
from registries_mock.passports.reading import PASSPORT, Source
from registries_mock.passports.shapes import Inside, Place, Shapes
from registries_mock.payloads.names import Naming
from registries_mock.payloads.paths import parse_path
from registries_mock.payloads.plan import Node, build_plan

_DSIG: Final = "http://www.w3.org/2000/09/xmldsig#"
_MANY: Final = (Cardinality.MANY, Cardinality.SOME)
_WHOLE: Final = ("int", "long", "integer", "short", "nonNegativeInteger", "positiveInteger")
_TYPES: Final[Mapping[str, tuple[str, ...]]] = {
    "boolean": ("boolean",),
    "date": ("date",),
    "dateTime": ("dateTime",),
    "decimal": ("decimal", "double", "int", "long", "code"),
    "double": ("double", "decimal", "int", "long", "code"),
    "float": ("double", "decimal", "int", "long", "code"),
    **dict.fromkeys(_WHOLE, ("int", "long", "code")),
}
"""Types of fields that a built-in type of the schema may hold; others are texts, which hold any."""


def root_name(passport: Passport, payload: Payload) -> tuple[str, str]:
    """Namespace and name of the element that a sample begins with: the root, the wrapper, or SHEP's `data`."""
    if not payload.root:
        return "", "data"
    prefix, _, name = payload.root.rpartition(":")
    return (passport.namespaces.get(prefix, "") if prefix else ""), name


@dataclass(frozen=True)
class MappedPayload:
    """One payload of a passport, to be compared with its schema."""

    passport: Passport
    payload: Payload
    direction: str
    """The section of passport.toml: `reply`."""
    source: Source

    def check_paths(self) -> Iterator[Fault]:
        """Paths that are none, prefixes without a namespace, and fields that stand twice."""
        seen: set[str] = set()
        for one in self.payload.fields:
            try:
                steps = parse_path(one.path)
            except CatalogueInvalid as failure:
                yield self._fault(one.path, failure.detail, "steps are names, joined by `/`")
                continue
            for step in steps:
                if step.prefix and step.prefix not in self.passport.namespaces:
                    known = suggest(step.prefix, self.passport.namespaces, "its namespaces are")
                    yield self._fault(one.path, f"the prefix {step.prefix} has no namespace", known)
            if one.path in seen and one.split is None:
                yield self._fault(one.path, "it stands twice", "an element is one field, or pieces of one by `split`")
            seen.add(one.path)
        for name in (self.payload.root, self.payload.xsi_type):
            prefix = name.rpartition(":")[0]
            if prefix and prefix not in self.passport.namespaces:
                known = suggest(prefix, self.passport.namespaces, "its namespaces are")
                yield self._fault(name, f"the prefix {prefix} has no namespace", known)

    def check_places(self, shapes: Shapes, schema: str) -> Iterator[Fault]:
        """What contradicts the schema; only a payload whose paths are in order may be compared."""
        namespace, name = root_name(self.passport, self.payload)
        root = shapes.root(namespace, name)
        if root is None:
            known = suggest(f"{name} of {namespace}", [f"{n} of {ns or 'no namespace'}" for ns, n in shapes.roots()])
            sentence = f"{schema} declares no element {name} of {namespace or 'no namespace'}"
            yield self._fault(self.payload.root or "root", sentence, known)
            return
        plan = build_plan(self.payload.fields, Naming(self.payload, self.passport.namespaces))
        yield from self._look(plan, root, shapes)

    def _look(self, node: Node, place: Place, shapes: Shapes) -> Iterator[Fault]:
        inside = shapes.inside(place)
        if inside.open and not inside.elements:
            return
        where = node.path or place.name
        for attribute in node.attributes:
            if attribute.step.name not in inside.attributes and not inside.open:
                sentence = f"the schema has no attribute {attribute.step.name} on {where}"
                yield self._fault(self._told(attribute), sentence, suggest(attribute.step.name, inside.attributes))
        positions = {one.name: number for number, one in enumerate(inside.elements)}
        reached = -1
        for child in node.children:
            found = self._find(child, inside)
            if found is None:
                if not inside.open:
                    sentence = f"the schema has no element {child.step.name} in {where}"
                    yield self._fault(self._told(child), sentence, suggest(child.step.name, positions))
                continue
            if inside.ordered and positions[found.name] < reached:
                before = inside.elements[reached].name
                yield self._fault(
                    self._told(child), f"in the schema it stands before {before}", "the order is the wire's"
                )
            reached = max(reached, positions[found.name])
            yield from self._compare(child, found, shapes)
        yield from self._find_missing(node, inside, where)

    def _find(self, node: Node, inside: Inside) -> Place | None:
        named = [one for one in inside.elements if one.name == node.step.name]
        return next((one for one in named if one.namespace == self._namespace(node)), named[0] if named else None)

    def _compare(self, node: Node, place: Place, shapes: Shapes) -> Iterator[Fault]:
        told = self._told(node)
        if place.namespace != self._namespace(node):
            wanted = place.namespace or "no namespace"
            remedy = "a step is `p:name` for the namespace of a prefix, `:name` for none; `qualified` holds for all"
            yield self._fault(told, f"in the schema {place.name} stands in {wanted}", remedy)
        for field in node.fields:
            yield from self._compare_field(field, place)
            if field.xsi_type:
                prefix, _, name = field.xsi_type.rpartition(":")
                typed = shapes.typed(place, self.passport.namespaces.get(prefix, ""), name)
                if typed is None:
                    yield self._fault(told, f"the schema has no complex type {field.xsi_type}")
                else:
                    place = typed
        if node.fields and node.fields[0].type is FieldType.DICT:
            names = {one.name for one in shapes.inside(place).elements}
            if names and not set(self.payload.dict_shape) <= names:
                remedy = f"say `dict_shape`: {suggest('', names)}"
                yield self._fault(told, f"it has not the elements {', '.join(self.payload.dict_shape)}", remedy)
        elif node.children or node.attributes or self._is_filled(node, place):
            yield from self._look(node, place, shapes)

    def _compare_field(self, field: PayloadField, place: Place) -> Iterator[Fault]:
        if place.most == 1 and field.card in _MANY:
            yield self._fault(
                field.path, "the schema has it once at most", f'card = "{"1" if place.least else "0..1"}"'
            )
        if place.most != 1 and field.card not in _MANY and "[" not in field.path.rpartition("/")[2]:
            remedy = f'card = "{"1..n" if place.least else "0..n"}", else only the first is read'
            yield self._fault(field.path, "the schema lets it repeat", remedy)
        if place.least and field.card in (Cardinality.OPTIONAL, Cardinality.MANY) and "[" not in field.path:
            yield self._fault(
                field.path, "the schema wants it always", f'card = "{"1" if place.most == 1 else "1..n"}"'
            )
        if field.nil and not place.nillable:
            yield self._fault(field.path, "the schema does not let it be nil", "leave `nil` out")
        if place.open:
            return
        if field.type in (FieldType.GROUP, FieldType.DICT):
            if place.content is None:
                remedy = f'type = "{_fitting(place.text)}"'
                yield self._fault(field.path, f"the schema has a text there ({place.text}), no elements", remedy)
        elif place.text is None:
            yield self._fault(field.path, "the schema has elements there, no text", 'type = "group", or "dict"')
        elif field.type.value not in _TYPES.get(place.text, (field.type.value,)):
            remedy = f'type = "{_fitting(place.text)}"'
            yield self._fault(field.path, f"the schema has the type {place.text}, the field {field.type}", remedy)

    def _find_missing(self, node: Node, inside: Inside, where: str) -> Iterator[Fault]:
        named = {child.step.name for child in node.children}
        if node.step.key and not node.step.key_is_attribute:
            named.add(node.step.key)
        for one in inside.elements:
            if one.least and one.name not in named and not (self.payload.signed and one.namespace == _DSIG):
                remedy = f"a field for {where}/{one.name}" if node.path else f"a field for {one.name}"
                yield self._fault(where, f"the schema wants {one.name} in it, and no field is about it", remedy)

    def _is_filled(self, node: Node, place: Place) -> bool:
        """A group that is named, and never filled nor read, may be one of which nothing more is said."""
        return any(one.bind for one in node.fields) or not (place.least == 0 or place.nillable)

    def _namespace(self, node: Node) -> str:
        prefix = node.name.rpartition(":")[0]
        return self.passport.namespaces.get(prefix, "") if prefix else ""

    def _told(self, node: Node) -> str:
        """The node's own field, or the first below it."""
        while not node.fields and (node.children or node.attributes):
            node = (node.children or node.attributes)[0]
        return node.fields[0].path if node.fields else node.path

    def _fault(self, path: str, sentence: str, remedy: str = "") -> Fault:
        line = self.source.line_of_field(self.direction, path)
        return Fault(PASSPORT, sentence, remedy, f"{self.direction} {path}", line)


def _fitting(builtin: str | None) -> str:
    return _TYPES.get(builtin or "", ("string",))[0]
