"""Answer: incoming requests by department and term, taken, given on, answered."""
