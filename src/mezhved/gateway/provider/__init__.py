"""The provider's side: who answers incoming requests, by which rules, in what time, and who hears of it."""
