"""The catalogue as pages for people: `docs/requests.md` and `docs/vocabulary.md` are written by these functions."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.catalogue import Catalogue
from contracts.passport import Passport
from contracts.request import RequestRow, Service, Subject
from contracts.words import Predicate

_REQUEST_COLUMNS = (
    "No.",
    "Key",
    "Title",
    "Asked about",
    "Applies",
    "Part: passport",
    "Protocol",
    "Shape",
    "No record means",
    "No answer leads to",
    "Wave",
)


def render_markdown(catalogue: Catalogue) -> str:
    """The page of requests and passports; the same catalogue gives the same text."""
    return "\n".join(_write_requests(catalogue)) + "\n"


def render_vocabulary(catalogue: Catalogue) -> str:
    """The page of vocabulary terms with the passports that fill them."""
    return "\n".join(_write_vocabulary(catalogue)) + "\n"


def _write_requests(catalogue: Catalogue) -> Iterator[str]:
    yield "# Data requests and their sources"
    yield ""
    yield "Written by `asp-gateway requests --markdown` from the rows and passports in `contracts/`, never by hand."
    yield ""
    yield (
        "A shape is *attested* (a public schema of 2020 or later was read), *attested-old* (a public schema of about "
        "2014) or *assumed* (our own proposal, not the real thing)."
    )
    for service in catalogue.services.values():
        yield from _write_service(catalogue, service)
    yield ""
    yield "## Passports"
    for key in sorted(catalogue.passports):
        yield from _write_passport(catalogue.passports[key])


def _write_service(catalogue: Catalogue, service: Service) -> Iterator[str]:
    yield ""
    yield f"## {service.name.ru} (`{service.code}`)"
    yield ""
    yield _row(_REQUEST_COLUMNS)
    yield _row(["---"] * len(_REQUEST_COLUMNS))
    for row in service.requests:
        for index, part in enumerate(row.parts):
            passport = catalogue.passport_of(part)
            first = index == 0
            yield _row(
                [
                    str(row.number) if first else "",
                    f"`{row.key}`" if first else "",
                    row.title.ru if first else "",
                    _say_subject(row.subject) if first else "",
                    _say_predicates(row) if first else "",
                    f"{part.key}: [`{passport.key}`](#{passport.key})",
                    passport.protocol,
                    passport.confidence,
                    _say_absence(row) if first else "",
                    _say(row.no_answer) if first else "",
                    str(row.wave) if first else "",
                ]
            )
    yield ""
    yield "Notes:"
    yield ""
    for row in service.requests:
        if row.note:
            yield f"* **{row.number}** {row.note}"


def _write_passport(passport: Passport) -> Iterator[str]:
    yield ""
    yield f"### {passport.key}"
    yield ""
    yield f"{passport.title.ru} · {passport.title.en}"
    yield ""
    facts = [
        ("shape", passport.confidence),
        ("source", passport.source),
        ("age", passport.age or "unknown"),
        ("protocol", f"{passport.protocol}, form {passport.request.form}"),
        ("service id", f"`{passport.service_id}` ({passport.service_id_confidence})" if passport.service_id else ""),
        ("address", f"`{passport.address}`" if passport.address else ""),
        ("registry", f"`{passport.registry}`"),
        ("consent", _say_consent(passport)),
        ("found by", "; else ".join(" + ".join(words) for words in passport.search)),
        ("in place of", f"`{passport.alternative_to}`" if passport.alternative_to else ""),
    ]
    for name, value in facts:
        if value:
            yield f"* {name}: {value}"
    if passport.assumptions:
        yield "* assumed:"
        for assumption in passport.assumptions:
            yield f"  * {assumption}"


def _say_consent(passport: Passport) -> str:
    if passport.consent == "kdp":
        return f"КДП token; access «{passport.consent_scope}»" if passport.consent_scope else "КДП token"
    ground = passport.consent_ground
    return f"none: {ground.words.en or ground.words.ru} ({ground.clause}; {ground.confidence})" if ground else "none"


def _write_vocabulary(catalogue: Catalogue) -> Iterator[str]:
    filled: dict[str, list[str]] = {}
    for key in sorted(catalogue.passports):
        for bind in dict.fromkeys(catalogue.passports[key].binds):
            filled.setdefault(bind, []).append(f"`{key}`")
    yield "# Vocabulary"
    yield ""
    yield "Written from `contracts/vocabulary/`, never by hand. What the registries answer is read into these terms."
    root = ""
    for path, term in catalogue.vocabulary.items():
        group = path.rsplit(".", 1)[0]
        if group != root:
            root = group
            yield ""
            yield f"## `{group}`"
            yield ""
            yield _row(("Term", "Type", "Words", "Русский", "Қазақша", "English", "Sensitivity", "Filled by"))
            yield _row(["---"] * 8)
        yield _row(
            (
                f"`{path.rsplit('.', 1)[1]}`",
                term.type,
                ", ".join(term.values),
                term.title.ru,
                term.title.kk,
                term.title.en,
                _say(term.sensitivity),
                ", ".join(filled.get(path, ["—"])),
            )
        )


def _row(cells: tuple[str, ...] | list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _say(word: str) -> str:
    return word.replace("_", " ")


def _say_subject(subject: Subject) -> str:
    if subject.age_from is None:
        return _say(subject.rule)
    to = f"–{subject.age_to}" if subject.age_to is not None else "+"
    return f"{_say(subject.rule)}: {subject.age_from}{to}"


def _say_predicates(row: RequestRow) -> str:
    return ", ".join(_say(word) for word in row.applies) if row.applies != (Predicate.ALWAYS,) else "always"


def _say_absence(row: RequestRow) -> str:
    return _say(row.absence) + (f" (`{row.absence_if_declared}`)" if row.absence_if_declared else "")
