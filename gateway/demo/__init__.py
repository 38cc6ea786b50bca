"""The demo: one application from signature to complete dossier, between real processes over the real wire."""
