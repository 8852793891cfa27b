"""Dictionaries, addresses and cards of persons and organisations that fill forms."""
