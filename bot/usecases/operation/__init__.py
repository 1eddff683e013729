"""Running it: the doctor, the audit, consents as records, the yearly table."""
