"""Ask: choosing a type, drafts and templates of requests, signing and sending them."""
