"""The forms in which a pushed message carries an application: one module a form."""
