"""Promises of timestamps: which of them prove a moment, and each rule that refuses one, seen refusing."""
