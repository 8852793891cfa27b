"""From octets to a call whose caller is known: reading and the checks of the synchronous part."""
