"""What was exchanged: every message that came or was pushed, what it met, and what became of it."""
