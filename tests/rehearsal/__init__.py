"""`make rehearsal`: from a bare Debian to the first request, and on. It boots whole systems: never in the gate."""
