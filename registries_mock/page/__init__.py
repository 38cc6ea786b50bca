"""The face of the suite: a page that shows registries, traffic and people, and switches failures."""
