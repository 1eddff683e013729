"""What a person does: talk, read, send a request, follow it, leave."""
