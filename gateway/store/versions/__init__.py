"""The history of the tables: a file a revision, never changed once released; none knows the tables of today."""
