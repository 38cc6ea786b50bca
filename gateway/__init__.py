"""From a signed application to a complete dossier: intake, inquiries, store, API and command line."""
