"""How sheets become PDF/A-2b: one template of ours, the typefaces inside typst, and data that is never read as markup.

The template stands alone: it reads no file, imports no package, and typst may open nothing outside its folder. The same
sheets and day give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, time
from importlib.resources import as_file, files
from pathlib import Path

import typst

from contracts.errors import RenderingFailed
from gateway.core.calendar import ALMATY
from gateway.documents.sheets import Sheet, plain_sheet

FOLDER = "template"
TEMPLATE = "document.typ"


def set_pdf(sheets: Sequence[Sheet], made_on: date, what: str) -> bytes:
    """One PDF, each sheet on pages of its own, dated by the document's day.

    Raises RenderingFailed naming `what`, never what stands in it.
    """
    with as_file(files("gateway.documents") / FOLDER) as folder:
        return compile_pdf(folder, [plain_sheet(sheet) for sheet in sheets], made_on, what)


def compile_pdf(folder: Path, sheets: Sequence[dict[str, object]], made_on: date, what: str) -> bytes:
    """As `set_pdf`, by the template of a folder; of what lies outside of the folder nothing can be read."""
    try:
        return typst.compile(
            folder / TEMPLATE,
            root=folder,
            # A folder that is not there: no package is found, and none is kept.
            package_path=folder / "no-packages",
            package_cache_path=folder / "no-packages",
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(sheets)},
            pdf_standards="a-2b",
            # Noon, so that it is the same day in UTC, which PDF readers are told.
            timestamp=datetime.combine(made_on, time(12), ALMATY),
        )
    except typst.TypstError as error:
        raise RenderingFailed(f"{what} could not be set") from error
