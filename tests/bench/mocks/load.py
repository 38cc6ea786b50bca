"""A load of equal requests by wrk, and what came of it."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_THREADS: Final = 2
_SUMMARY: Final = re.compile(r"^SUMMARY (\{.*\})$", re.MULTILINE)
_SCRIPT: Final = """
local file = io.open(%(body)s, "rb")
wrk.method, wrk.body = "POST", file:read("*a")
file:close()
wrk.headers["Content-Type"] = "text/xml; charset=utf-8"
wrk.headers["SOAPAction"] = '""'
local threads, refused = {}, 0
function setup(thread) table.insert(threads, thread) end
function init() missing = 0 end
function response(status, headers, body)
  if status ~= 200 or not string.find(body, %(wanted)s, 1, true) then missing = missing + 1 end
end
function done(summary, latency)
  for _, thread in ipairs(threads) do refused = refused + thread:get("missing") end
  local errors = summary.errors
  local broken = errors.connect + errors.read + errors.write + errors.timeout
  local form = 'SUMMARY {"requests": %%d, "seconds": %%f, "p50": %%f, "p99": %%f, "wrong": %%d, "broken": %%d}\\n'
  local p50, p99 = latency:percentile(50) / 1e3, latency:percentile(99) / 1e3
  io.write(string.format(form, summary.requests, summary.duration / 1e6, p50, p99, refused, broken))
end
"""


@dataclass(frozen=True)
class Outcome:
    """Of one load; times in milliseconds."""

    requests: int
    seconds: float
    p50: float
    p99: float
    wrong: int
    """Replies with another status, or without what every right reply holds."""
    broken: int

    @property
    def rate(self) -> float:
        """Right replies a second."""
        return (self.requests - self.wrong) / self.seconds


def load(url: str, body: bytes, wanted: str, *, connections: int, seconds: float) -> Outcome:
    """So many connections, each with its next request as soon as it has a reply."""
    with tempfile.TemporaryDirectory() as folder:
        message, script = Path(folder) / "message", Path(folder) / "load.lua"
        message.write_bytes(body)
        script.write_text(_SCRIPT % {"body": json.dumps(str(message)), "wanted": json.dumps(wanted)})
        how = [f"-t{min(_THREADS, connections)}", f"-c{connections}", f"-d{seconds:g}s", "--timeout", "20s"]
        command = ["wrk", *how, "-s", str(script), url]
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60, check=True)
    found = _SUMMARY.search(done.stdout)
    if found is None:
        raise RuntimeError(f"wrk told nothing: {done.stdout}{done.stderr}")
    return Outcome(**json.loads(found[1]))
