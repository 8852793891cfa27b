"""Evidence: everything of an exchange in one signed container, checked without the gateway's database.

`exporting` needs the database; `archive`, `chain`, `judging` and `verifying` need nothing but the container.
"""
