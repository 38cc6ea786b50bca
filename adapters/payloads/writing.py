"""What a request payload holds, before it takes a form: the plan's branches with their texts, absent ones left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from adapters.payloads.paths import Condition
from adapters.payloads.plans import Branch, Plan
from adapters.words import Words
from contracts.errors import CatalogueInvalid
from contracts.passport import DictionaryEntry, PayloadField
from contracts.words import Cardinality, FieldType

ALMATY = timezone(timedelta(hours=5))
_OPTIONAL = frozenset({Cardinality.OPTIONAL, Cardinality.MANY})
_TEXTS = frozenset({FieldType.STRING, FieldType.CODE})
Dictionary = Callable[[str], Sequence[DictionaryEntry]]
"""The entries of a dictionary, by name."""


@dataclass(frozen=True)
class Written:
    """One element or attribute to send. `text` None with no parts and `nil` False is an empty element."""

    branch: Branch
    text: str | None = None
    parts: tuple[Written, ...] = ()
    nil: bool = False

    @property
    def type(self) -> FieldType:
        return self.branch.fields[0].type if self.branch.fields else FieldType.GROUP

    @property
    def xsi_type(self) -> str:
        return self.branch.fields[0].xsi_type if self.branch.fields else ""


def fill(plan: Plan, words: Words, dictionary: Dictionary) -> tuple[Written, ...]:
    """Return what the payload holds for these words, in document order.

    Raises CatalogueInvalid where a mandatory field that is neither nillable nor text has no value.
    """
    return _fill_level(plan, plan.branches, words, dictionary)


def _fill_level(plan: Plan, level: Sequence[Branch], words: Words, dictionary: Dictionary) -> tuple[Written, ...]:
    filled = (_fill(plan, branch, words, dictionary) for branch in level)
    return tuple(written for written in filled if written is not None)


def _fill(plan: Plan, branch: Branch, words: Words, dictionary: Dictionary) -> Written | None:
    each = branch.fields[0] if branch.fields else None
    if each is None or each.type is FieldType.GROUP:
        return _fill_group(plan, branch, each, words, dictionary)
    text = _text_of(each, words)
    if text is None:
        if each.card in _OPTIONAL:
            return None
        if each.nil:
            return Written(branch, nil=True)
        if each.type not in _TEXTS:
            raise CatalogueInvalid(f"{each.path} is mandatory and nothing known of the question fills it")
        return Written(branch, "")
    if each.type is FieldType.DICT:
        return Written(branch, parts=_dict_parts(plan, branch, each, text, dictionary))
    return Written(branch, text, _fill_level(plan, branch.children, words, dictionary))


def _fill_group(
    plan: Plan, branch: Branch, each: PayloadField | None, words: Words, dictionary: Dictionary
) -> Written | None:
    # A group that may be absent is there only where something below has a value: its mandatory children do not call it.
    mandatory = each is not None and each.card not in _OPTIONAL
    nillable = each is not None and each.nil
    structural = each is None and branch.step.condition is None
    if not structural and (nillable or not mandatory) and not _has_value(branch, words):
        return Written(branch, nil=True) if mandatory else None
    parts = _fill_level(plan, branch.children, words, dictionary)
    if not parts and not mandatory:
        return None
    return Written(branch, parts=_with_condition(branch, parts))


def _has_value(branch: Branch, words: Words) -> bool:
    return any(_text_of(each, words) is not None for each in branch.fields if each.type is not FieldType.GROUP) or any(
        _has_value(child, words) for child in branch.children
    )


def _text_of(each: PayloadField, words: Words) -> str | None:
    value = next((words[source] for source in each.sources if source in words), each.value or None)
    if value is None or isinstance(value, str):
        if value and each.type is FieldType.DATE_TIME and len(value) == 10:
            return f"{value}T00:00:00+05:00"
        return value
    return _moment(value, each.type)


def _moment(value: datetime, kind: FieldType) -> str:
    local = value.astimezone(ALMATY)
    return local.date().isoformat() if kind is FieldType.DATE else local.isoformat(timespec="seconds")


def _with_condition(branch: Branch, parts: tuple[Written, ...]) -> tuple[Written, ...]:
    condition = branch.step.condition
    if condition is None or any(_says(part, condition) for part in parts):
        return parts
    return (Written(_condition_branch(branch, condition), condition.value), *parts)


def _says(part: Written, condition: Condition) -> bool:
    return part.branch.step.local == condition.name and part.branch.step.attribute == condition.attribute


def _condition_branch(branch: Branch, condition: Condition) -> Branch:
    step = branch.step.__class__(condition.name, None, condition.attribute)
    return Branch(step, "" if condition.attribute else branch.namespace)


def _dict_parts(
    plan: Plan, branch: Branch, each: PayloadField, code: str, dictionary: Dictionary
) -> tuple[Written, ...]:
    entry = next((known for known in dictionary(each.dictionary) if known.code == code), None)
    texts = (code, entry.ru if entry else code, entry.kk if entry else code)
    space = branch.namespace if plan.payload.qualified == "all" else ""
    step = branch.step.__class__
    return tuple(
        Written(Branch(step(name), space), text) for name, text in zip(plan.payload.dict_shape, texts, strict=True)
    )
