"""The dossier: the complete package of an application, assembled from what the database holds."""
