"""From stored octets to signed answers."""
