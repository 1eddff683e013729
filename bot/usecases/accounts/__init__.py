"""Workers' accounts: invited, signed in, confirmed, slowed down when they guess."""
