"""What the doors of all roles share: who tries passwords has to wait."""
