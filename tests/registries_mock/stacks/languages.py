"""How the program of each language is made ready on this machine, and what runs it; one row a stack."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE = Path(__file__).parent
JARS = Path("/usr/share/java")
AXIS = tuple(
    f"{name}.jar" for name in ("axis", "axis-jaxrpc", "axis-saaj", "commons-discovery", "commons-logging", "wsdl4j")
)
CHANNELS = ("bip-sync-wss-gost", "bip-async-wss-gost")
# A program of a second is over before the second compiler and the other threads have earned what they cost.
JAVA = ("java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")


@dataclass(frozen=True)
class Stack:
    """A stack of another house, and our program over it."""

    name: str
    is_there: Callable[[], bool]
    prepare: Callable[[Path, str], Sequence[str]]
    """In an empty folder, before a suite at this address: gives the command, to which the arguments are added."""


def call(*command: str | Path, cwd: Path | None = None) -> str:
    """What a program printed; what it complained of, where it failed."""
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120, cwd=cwd, check=False)
    assert done.returncode == 0, f"{command[0]}: {done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done.stdout


def compile_cpp(folder: Path, url: str) -> Sequence[str]:
    """wsdl2h reads the WSDLs, soapcpp2 writes classes from what it wrote."""
    wsdls = [f"{url}/{channel}/?wsdl" for channel in CHANNELS]
    call("wsdl2h", "-c++11", "-d", "-P", "-O4", "-t", HERE / "cpp" / "names.dat", "-o", folder / "bus.h", *wsdls)
    call("soapcpp2", "-c++11", "-j", "-C", "-L", "-w", "-x", "-I/usr/share/gsoap/import", "bus.h", cwd=folder)
    call("g++", "-std=c++11", "-O0", "-w", "-I.", "-o", "client", HERE / "cpp" / "client.cpp", "-lgsoap++", cwd=folder)
    return [str(folder / "client")]


def compile_java(folder: Path, url: str) -> Sequence[str]:
    """WSDL2Java writes classes from each WSDL."""
    jars = ":".join(str(JARS / jar) for jar in AXIS)
    for channel in CHANNELS:
        call(*JAVA, "-cp", jars, "org.apache.axis.wsdl.WSDL2Java", "-o", folder / "made", f"{url}/{channel}/?wsdl")
    where = ("-cp", jars, "-sourcepath", folder / "made", "-d", folder / "classes")
    call("javac", "-J-XX:TieredStopAtLevel=1", "-nowarn", "-proc:none", *where, HERE / "java" / "Client.java")
    return [*JAVA, "-cp", f"{jars}:{folder / 'classes'}", "Client"]


def scripted(*command: str | Path) -> Callable[[Path, str], Sequence[str]]:
    """For a program that is run as it stands."""
    return lambda folder, url: [str(word) for word in command]


def found(*commands: str) -> Callable[[], bool]:
    """Whether all these commands are there."""
    return lambda: all(shutil.which(one) for one in commands)


def runs(*command: str) -> Callable[[], bool]:
    """Whether this command is there, and says yes."""
    return lambda: (
        bool(shutil.which(command[0]))
        and not subprocess.run(command, capture_output=True, timeout=30, check=False).returncode
    )


STACKS = [
    pytest.param(Stack("zeep", lambda: True, scripted(sys.executable, HERE / "python" / "client.py")), id="python"),
    pytest.param(
        Stack(
            "soap of npm",
            (HERE / "node" / "node_modules" / "soap").is_dir,
            scripted("node", HERE / "node" / "client.js"),
        ),
        id="node",
        marks=pytest.mark.needs_node,
    ),
    pytest.param(
        Stack(
            "ext-soap",
            runs("php", "-r", "exit(!extension_loaded('soap'));"),
            scripted("php", HERE / "php" / "client.php"),
        ),
        id="php",
        marks=pytest.mark.needs_php,
    ),
    pytest.param(
        Stack("gSOAP", found("wsdl2h", "soapcpp2", "g++"), compile_cpp), id="cpp", marks=pytest.mark.needs_gsoap
    ),
    pytest.param(
        Stack("SOAP::Lite", runs("perl", "-MSOAP::Lite", "-e1"), scripted("perl", HERE / "perl" / "client.pl")),
        id="perl",
        marks=pytest.mark.needs_soap_lite,
    ),
    pytest.param(
        Stack("Axis", lambda: bool(shutil.which("javac")) and (JARS / AXIS[0]).is_file(), compile_java),
        id="java",
        marks=pytest.mark.needs_axis,
    ),
]
