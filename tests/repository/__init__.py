"""The repository guards itself: its files, locks, documents and images."""
