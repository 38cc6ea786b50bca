"""What the doctor looks at: settings, keys, trust, database, and whether the registries can be reached."""
