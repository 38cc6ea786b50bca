"""Replay: what a recording told, told again to whoever asks about the same invented people."""
