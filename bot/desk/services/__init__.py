"""Pages of a service: its calendar, its keys, the links of its test mails."""
