"""The participant's gateway: signs, sends, polls, acknowledges and keeps, between own systems and SMEV."""
