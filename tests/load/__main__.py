"""`make load`: the country's rates on one gateway, more than it carries, and registries that are away."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.bench.machine import describe_machine
from tests.load.report import place_section
from tests.load.run import run
from tests.load.sections import DOWN, SECONDS, TITLES, describe_setup, describe_size, name_chart
from tests.load.shapes import OUTAGE
from tests.load.telling import tell_run
from tests.repository.files import ROOT
from tests.support.databases import POSTGRESQL, SQLITE

REPORT: Final = ROOT / "docs" / "reports" / "load.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """0 where every promise was kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--applications", type=int, default=OUTAGE.count, help="that come while the registry is away")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of each busy hour; shorter: only a look")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=[*TITLES], help="one section of the report")
    parser.add_argument("--down", default=DOWN, help="the registry that is away")
    parser.add_argument("--signed", action="store_true", help="messages of the bus are signed (RSA)")
    databases = [SQLITE, *([POSTGRESQL] if os.environ.get("ASP_TEST_POSTGRESQL") else [])]
    parser.add_argument("--on", choices=databases, default=SQLITE, help="the gateway's database")
    parser.add_argument("--report", type=Path, default=REPORT, help="where the report is written")
    chosen = parser.parse_args(arguments)
    kept = True
    for kind in [chosen.only] if chosen.only else TITLES:
        setup = describe_setup(kind, chosen.down, chosen.on, is_signed=chosen.signed)
        usual = describe_setup(kind, DOWN, SQLITE, is_signed=False)
        shorter = f" --seconds {chosen.seconds:g}" if chosen.seconds != SECONDS else ""
        facts = describe_machine() | {
            "command": f"`make load APPLICATIONS={chosen.applications} SEED={chosen.seed}`, section `{kind}`{shorter}",
            "set-up": str(setup),
        }
        with tempfile.TemporaryDirectory(prefix="asp-load-") as folder:
            result = run(Path(folder), setup, chosen.seed, describe_size(kind, chosen.applications, chosen.seconds))
        # A section for each set-up: none is written over by another.
        title = TITLES[kind] if setup == usual else f"{TITLES[kind]}: {setup}"
        section = tell_run(title, facts, result, name_chart(kind))
        page = chosen.report.read_text(encoding="utf-8") if chosen.report.exists() else ""
        chosen.report.parent.mkdir(parents=True, exist_ok=True)
        chosen.report.write_text(place_section(page, section), encoding="utf-8")
        for name, chart in section.charts.items():
            chosen.report.with_name(name).write_text(chart, encoding="utf-8")
        for promise, outcome in section.outcomes.items():
            sys.stdout.write(f"{section.title}: {promise}: {outcome}\n")
        sys.stdout.flush()
        kept = kept and section.is_kept
    return int(not kept)


if __name__ == "__main__":
    sys.exit(main())
