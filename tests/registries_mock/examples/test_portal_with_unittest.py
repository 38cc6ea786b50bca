"""The portal tested with unittest alone."""

from __future__ import annotations

import unittest

from registries_mock.testing import running
from tests.registries_mock.examples.portal import Bus, check_phone


class PortalTest(unittest.TestCase):
    def setUp(self) -> None:
        self.registries = self.enterContext(running())

    def test_a_silent_registry_is_asked_later(self) -> None:
        iin = self.registries.people.iin("family-of-five")
        phone = self.registries.people.phone(iin)
        self.registries.fail("silence", passport="bmg-phone", times=1)
        self.assertEqual(check_phone(Bus(self.registries.url, seconds=0.2), iin, phone), "ask later")
        self.assertEqual(check_phone(Bus(self.registries.url), iin, phone), "own")
        self.registries.journal.verify(passport="bmg-phone", exactly=2)
