"""The pages of docs/ that are made from tables: `python -m gateway.pages docs` writes them, a test compares them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import click

from contracts.application import publish_schema
from contracts.catalogue import load_catalogue
from contracts.catalogue_page import render_markdown, render_vocabulary
from contracts.findings import load_findings
from contracts.legal.rules import read_packaged_rules
from gateway.cli import main
from gateway.core.findings import RULES
from gateway.setting_rows import TABLE

MADE = "This page is made from the code by `python -m gateway.pages docs`; change it there.\n"


def render_settings() -> str:
    lines = [
        "# Settings",
        "",
        MADE,
        "A setting is an environment variable; `asp-gateway serve` also has an option for each that is no secret,",
        "which wins. A secret may be given as a file whose first line it is: the variable with `_FILE` at its end. In",
        "production (`ASP_ENVIRONMENT=production`) what is marked required has no default, the key file and the trust",
        "folder must exist, and a trust folder with a test authority in it is refused. Another variable that begins",
        "with `ASP_` is told in the log and by the doctor: it has no effect.",
        "",
        "| variable | kind | default | required in production | what it is |",
        "|---|---|---|---|---|",
    ]
    for row in TABLE:
        default = f"`{row.default}`" if row.default else "none"
        kind = f"{row.kind}, secret" if row.secret else str(row.kind)
        required = "required" if row.required else ""
        lines.append(f"| `{row.variable}` | {kind} | {default} | {required} | {row.help} |")
    return "\n".join(lines) + "\n"


def render_commands() -> str:
    lines = ["# Commands", "", MADE]
    lines += [
        "Exit codes: 0 in order; 1 what was checked, sent or asked for is wrong; 2 usage or settings.",
        "",
        "| command | what it does |",
        "|---|---|",
    ]
    rows = list(walk_commands(main, "asp-gateway"))
    lines += [f"| `{name}` | {_first_sentences(command)} |" for name, command in rows]
    for name, command in rows:
        if isinstance(command, click.Group):
            continue
        lines += ["", f"## {name}", "", "```text", _show_help(name, command), "```"]
    return "\n".join(lines) + "\n"


def _first_sentences(command: click.Command) -> str:
    """The first paragraph of what a command says of itself."""
    return " ".join((command.help or "").partition("\n\n")[0].split())


def walk_commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    """Every command below this one with its full name, in the order of the groups."""
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for word in command.list_commands(context):
            child = command.get_command(context, word)
            if child is not None:
                yield from walk_commands(child, f"{name} {word}")


def _show_help(name: str, command: click.Command) -> str:
    context = click.Context(command, info_name=name, terminal_width=100, max_content_width=100)
    return command.get_help(context)


def render_schema() -> str:
    return json.dumps(publish_schema(), ensure_ascii=False, indent=2) + "\n"


def render_catalogue_vocabulary() -> str:
    return render_vocabulary(load_catalogue())


def render_requests() -> str:
    return render_markdown(load_catalogue())


def render_findings() -> str:
    lines = [
        "# Findings",
        "",
        MADE,
        "What a specialist is told of a family before anything else. Each rule is a function of the vocabulary; its",
        "row in `contracts/findings.toml` says how serious it is. A finding never refuses anything of itself, and a",
        "question without an answer gives none.",
        "",
        "| rule | code | weight | what it sees | in the dossier |",
        "|---|---|---|---|---|",
    ]
    rows = {row.rule: row for row in load_findings().values()}
    for name, rule in RULES.items():
        row = rows[name]
        sees = " ".join((rule.__doc__ or "").split())
        note = f" {row.note}" if row.note else ""
        lines.append(
            f"| `{name}` | `{row.code.value}` | {row.weight} | {sees}{note} | {row.title.ru} / {row.title.kk} |"
        )
    return "\n".join(lines) + "\n"


def render_rules() -> str:
    lines = [
        "# Legal rules",
        "",
        MADE,
        "Every rule of the legal clock: dated data in `contracts/legal/rules.toml`, which a deployment may lay",
        "its own file over (`--passports DIR`, `legal/rules.toml`). A case goes by the rules that were in force at its",
        "acceptance. Confidence: 4 = a public source says so; what is below 4 is assumed and has other options.",
        "",
        "| rule | says | may also say | clause | confidence | source |",
        "|---|---|---|---|---|---|",
    ]
    for rule in read_packaged_rules():
        others = ", ".join(f"`{_write(option)}`" for option in rule.options if option != rule.value)
        cells = (f"`{rule.id}`", f"`{_write(rule.value)}`", others, rule.clause, str(rule.confidence), rule.source)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _write(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


PAGES: Mapping[str, Callable[[], str]] = {
    "requests.md": render_requests,
    "vocabulary.md": render_catalogue_vocabulary,
    "findings.md": render_findings,
    "rules.md": render_rules,
    "settings.md": render_settings,
    "commands.md": render_commands,
    "application.schema.json": render_schema,
}


def write_pages(folder: Path) -> None:
    for name, render in PAGES.items():
        (folder / name).write_text(render(), encoding="utf-8")


if __name__ == "__main__":
    write_pages(Path(sys.argv[1]))
