"""Mezhved: SMEV 3 as open software."""
