"""Pages around requests: the queue, the opened request, the call list."""
