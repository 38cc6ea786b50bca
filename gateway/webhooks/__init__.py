"""Portals are told what happens to their applications: signed calls, in order, again and again until they are taken."""
