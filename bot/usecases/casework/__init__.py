"""What workers do with requests: take, read, call, note, close."""
