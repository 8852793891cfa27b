"""Run: everything that an administrator sets up and watches."""
