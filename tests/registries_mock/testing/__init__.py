"""The suite in users' tests: fixtures, contexts, the command for other languages."""
