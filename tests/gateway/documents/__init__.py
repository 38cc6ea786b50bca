"""Tests of letters and notices as documents."""
