"""The HTTP face of the bus: one small WSGI callable in front of Django."""
