"""The store: the database is the truth; SQLAlchemy lives here and nowhere else."""
