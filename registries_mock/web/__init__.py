"""The suite's own web server: any WSGI application over plain and secure sockets, by a crew of threads."""
