"""Folders of a deployment, made in a test: the packaged passports with other limits, rows and services of its own."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from contracts.tables import PACKAGED

_LIMITS = re.compile(r"^\[limits\]$.*?(?=^\[|\Z)", re.MULTILINE | re.DOTALL)
NAMES = '{ ru = "Имя", kk = "Атау", en = "Name" }'


def copy_passports(folder: Path, *, limits: str = "", only: tuple[str, ...] = ()) -> Path:
    """The packaged passports in a deployment's folder; `limits` replaces those of `only` (of none: of all)."""
    shutil.copytree(PACKAGED / "passports", folder / "passports")
    for file in sorted(folder.glob("passports/*/passport.toml")):
        if limits and (not only or file.parent.name in only):
            text = _LIMITS.sub("", file.read_text(encoding="utf-8"))
            file.write_text(f"{text}\n[limits]\n{limits}\n", encoding="utf-8")
    return folder


def write_file(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def add_row(folder: Path, service: str, number: int, key: str, passport: str, path: str) -> Path:
    """A row about the applicant, answered by one passport."""
    return write_file(
        folder / "services" / service / "requests" / f"{number:02d}_{key}.toml",
        f"""
number = {number}
key = "{key}"
title = {NAMES}
system = "invented"
owner = {{ key = "boats", name = {NAMES}, letter_to = {NAMES} }}
subject = {{ rule = "applicant" }}
wave = 1
absence = "answer"
no_answer = "written_request"
clause = "Invented clause {number}"
confidence = {{ owner = 1, system = 1, fields = 1, transport = 1 }}
[[parts]]
key = "only"
title = {NAMES}
passport = "{passport}"
record = "{path}"
answers = ["{path}.*"]
""",
    )
