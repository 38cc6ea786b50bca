"""Payloads: a passport's fields, written from a question and read into the vocabulary."""
