"""Where the sender of a message of 1.3 wants it to go, and who of the officials may ask."""
