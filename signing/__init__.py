"""Signatures and certificates: reading, making and judging them, with no word of the product's subject."""
