"""A second, independent reading of the passports: the registries and buses that answer for invented people."""
