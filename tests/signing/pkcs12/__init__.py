"""Promises of the key files: whose are opened, what is refused, and that what is written is what НУЦ РК writes."""
