"""The suite's own web server: any WSGI application over plain and secure sockets, a thread a connection."""
