"""What a person does: talk, read, send a request, look how it stands, leave."""
