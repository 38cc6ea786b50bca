"""The bus's store of temporary files: what participants laid down, until its time is over."""
