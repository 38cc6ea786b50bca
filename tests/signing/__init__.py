"""Promises of signing: what passes, and each rule that refuses, seen refusing."""
