"""Readers of what comes from outside, fed with everything but what they expect (`make fuzz`)."""
