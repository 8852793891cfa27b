"""Measurements of the whole bus: programs that print JSON, with a yardstick taken in the same run."""
