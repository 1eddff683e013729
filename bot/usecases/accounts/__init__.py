"""Workers' accounts: invitations, sign-in, confirmation, and slowed guessing."""
