"""What the tests of the borders share."""
