"""Proof by killing: a real fleet under load, faults drawn from a seed, and what was promised looked for at the end."""
