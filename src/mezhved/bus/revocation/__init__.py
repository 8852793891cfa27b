"""Revocation data: fetched ahead of need, kept in the registry's database, judged without any look-up."""
