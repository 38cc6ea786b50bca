"""A national year in virtual time: the real `decide`, calendar and scheduler over a store in memory; no wire."""
