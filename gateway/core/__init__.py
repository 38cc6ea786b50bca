"""The functional core: what the law and the catalogue say about one case; pure, standard library and contracts only."""
