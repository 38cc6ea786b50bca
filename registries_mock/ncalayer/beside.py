"""NCALayer beside the suite: in its process, with its people, its authority and its clock."""

from __future__ import annotations

from registries_mock.ca.key_pairs import ALGORITHMS
from registries_mock.ncalayer.holders import PersonaHolder
from registries_mock.ncalayer.server import NcaLayerServer
from registries_mock.ncalayer.session import Program
from registries_mock.ncalayer.timestamps import Timestamps
from registries_mock.suite import Suite


def create_beside(suite: Suite) -> NcaLayerServer:
    """A server that listens and is not run yet; raises HolderError where nobody is called so, or OSError."""
    settings, outside = suite.settings, suite.outside
    holder = PersonaHolder(outside.people, settings.ncalayer, suite.authority, outside.clock, ALGORITHMS[0].name)
    find_stamp = Timestamps(suite.authority, outside.clock).find_stamp
    return NcaLayerServer(Program(holder, outside.clock, find_stamp, suite.ncalayer), settings.ncalayer_port)
