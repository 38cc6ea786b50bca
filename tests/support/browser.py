"""Chromium without a window, driven over a pipe by its own protocol (CDP): a page opened, clicked, waited for, seen."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_SECONDS = 30.0
"""Of one command, and of one wait in the page."""
_FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--no-proxy-server",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--window-size=900,1100", "--remote-debugging-pipe",
)  # fmt: skip
"""No sandbox: the checks run as root. No name is looked up: nothing but this machine is reached."""


def find_chromium() -> str | None:
    return next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )


@dataclass
class Browser:
    """One page of one Chromium; each call ends in time."""

    to_it: int
    from_it: int
    session: str = ""
    events: list[dict[str, Any]] = field(default_factory=list)
    _n: int = 0
    _read: bytes = b""

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        self._n += 1
        message: dict[str, Any] = {"id": self._n, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to_it, json.dumps(message).encode() + b"\0")
        until = time.monotonic() + _SECONDS
        while True:
            told = self._receive(until)
            if told.get("id") == self._n:
                assert "error" not in told, told
                result: dict[str, Any] = told["result"]
                return result
            self.events.append(told)

    def open(self, url: str) -> None:
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")
        self.call("Page.navigate", url=url)
        self.wait("document.body && document.body.dataset.ready")

    def run(self, script: str) -> Any:
        """The value of an expression in the page; a promise is awaited."""
        told = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    def wait(self, condition: str) -> None:
        """Until the expression holds in the page: it is looked at whenever the page may paint."""
        milliseconds = int((_SECONDS - 5) * 1000)
        script = f"""new Promise((done) => {{
            const end = performance.now() + {milliseconds};
            const look = () => {{
                if ({condition}) done("");
                else if (performance.now() > end) done(document.body ? document.body.innerText : "no page");
                else setTimeout(look, 20);
            }};
            look();
        }})"""
        seen = self.run(script)
        assert seen == "", f"{condition} did not come: {seen}"

    def click(self, selector: str) -> None:
        self.run(f"document.querySelector({json.dumps(selector)}).click()")

    def leave(self, script: str) -> None:
        """Run what leads to another page of the house, until that has come."""
        seen, until = len(self.events), time.monotonic() + _SECONDS
        self.run(script)
        while not any(event["method"] == "Page.loadEventFired" for event in self.events[seen:]):
            self.events.append(self._receive(until))
        self.wait("document.body && document.body.dataset.ready")

    def text(self, selector: str) -> str:
        return str(self.run(f"document.querySelector({json.dumps(selector)}).innerText"))

    def picture(self) -> bytes:
        """The whole page as PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot", captureBeyondViewport=True)["data"])

    def complaints(self) -> list[str]:
        """What the page's console and its policy had to say, but for connections that nobody took."""
        told = []
        for event in self.events:
            if event["method"] == "Runtime.exceptionThrown":
                told.append(str(event["params"]["exceptionDetails"]))
            elif event["method"] == "Log.entryAdded":
                entry = event["params"]["entry"]
                told += [entry["text"]] if entry["source"] in ("security", "javascript") else []
        return told

    def _receive(self, until: float) -> dict[str, Any]:
        while b"\0" not in self._read:
            left = until - time.monotonic()
            assert left > 0, "Chromium does not answer"
            if select.select([self.from_it], [], [], left)[0]:
                piece = os.read(self.from_it, 65536)
                assert piece, "Chromium has ended"
                self._read += piece
        one, _, self._read = self._read.partition(b"\0")
        told: dict[str, Any] = json.loads(one)
        return told


@contextmanager
def open_browser(chromium: str, folder: Path) -> Iterator[Browser]:
    """Chromium with a profile of its own in the folder; it has ended when the context has."""
    theirs_in, ours_out = os.pipe()
    ours_in, theirs_out = os.pipe()
    # Above the numbers that the shell takes for the pipe, 3 and 4.
    given = [fcntl.fcntl(one, fcntl.F_DUPFD, 20) for one in (theirs_in, theirs_out)]
    for one in (theirs_in, theirs_out):
        os.close(one)
    # bash, for dash knows no descriptor of two digits.
    shell = ["bash", "-c", f'exec "$@" 3<&{given[0]} 4>&{given[1]}', "bash"]
    command = [*shell, chromium, *_FLAGS, f"--user-data-dir={folder}"]
    with (folder / "chromium.log").open("wb") as log, subprocess.Popen(
        command, pass_fds=given, stdin=subprocess.DEVNULL, stdout=log, stderr=log
    ) as process:  # fmt: skip
        for one in given:
            os.close(one)
        try:
            browser = Browser(ours_out, ours_in)
            yield browser
            if process.poll() is None:
                browser.session = ""
                browser.call("Browser.close")
                process.wait(20)
        finally:
            process.kill()
            os.close(ours_out)
            os.close(ours_in)
