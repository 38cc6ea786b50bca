"""`make simulate-country`: the model of a night over all families; prints the tables and writes them into the page.

    python -m tests.simulation.country [--refresh [BENCH.json]]

`--refresh` first counts the exchanges of a family anew, and takes the unit costs out of the JSON of a benchmark.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.simulation.country.costs import FILE, load_costs, refresh
from tests.simulation.country.demand import count_exchanges
from tests.simulation.country.page import PAGE, write_tables
from tests.simulation.country.page import refresh as refresh_page


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.country", description=__doc__)
    parser.add_argument("--refresh", nargs="?", const=Path(), type=Path, metavar="BENCH.json")
    chosen = parser.parse_args(arguments)
    if chosen.refresh is not None:
        bench = json.loads(chosen.refresh.read_text(encoding="utf-8")) if chosen.refresh.is_file() else {}
        FILE.write_text(refresh(FILE.read_text(encoding="utf-8"), bench, count_exchanges()), encoding="utf-8")
    costs = load_costs()
    sys.stdout.write(write_tables(costs))
    PAGE.write_text(refresh_page(PAGE.read_text(encoding="utf-8"), costs), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
