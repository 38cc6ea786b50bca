"""Lists and answers about revoked certificates: read, believed, kept and asked for."""
