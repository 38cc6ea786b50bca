"""Gathering: the shell around the core, which asks the sources and keeps what they said."""
