"""Push notifications: participants' own services are told that messages wait (MR 3.3 section 9)."""
