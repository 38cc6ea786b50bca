"""Kills at every boundary between a commit and a side effect, and what a new process makes of it."""
