"""Findings: where the application and the registries, or two registries, do not tell the same; for the specialist.

Each rule reads the vocabulary, never a request. A finding never refuses anything of itself.
"""

from gateway.core.findings.finding import Finding
from gateway.core.findings.rules import RULES, find_contradictions

__all__ = ["RULES", "Finding", "find_contradictions"]
