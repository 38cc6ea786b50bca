"""Tests of the embedded engine over wake-ups in memory."""
