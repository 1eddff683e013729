"""Pages of an account: signing in, passkeys, recovery codes."""
