"""How elements are called on the wire: which namespace prefix a step gets."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.passport import Payload
from registries_mock.payloads.paths import Step


class Naming:
    """The prefixes of one payload; `qualified = all` puts every step without a prefix into the root's namespace."""

    def __init__(self, payload: Payload, namespaces: Mapping[str, str]) -> None:
        named = (payload.root or payload.xsi_type).rpartition(":")[0]
        if not named and payload.qualified == "all" and len(namespaces) == 1:
            named = next(iter(namespaces))
        self._is_all = payload.qualified == "all"
        self._inherited = named if self._is_all else ""

    def of(self, step: Step) -> str:
        """The element's name with its prefix."""
        return self._join(self._inherited if step.prefix is None else step.prefix, step.name)

    def of_child(self, step: Step, name: str) -> str:
        """The name of an element of a dictionary value."""
        return self._join(self._inherited if step.prefix is None else step.prefix, name)

    def of_key(self, step: Step) -> str:
        """The name of the child that tells the element from its neighbours; "" where none does."""
        if not step.key or step.key_is_attribute:
            return ""
        return self._join(self.of(step).rpartition(":")[0] if self._is_all else "", step.key)

    def of_attribute(self, step: Step) -> str:
        """Attributes have a namespace only where the path says so."""
        return self._join(step.prefix or "", step.name)

    @staticmethod
    def _join(prefix: str, name: str) -> str:
        return f"{prefix}:{name}" if prefix else name
