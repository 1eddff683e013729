"""Blakus: a calm way from a first message to a social worker's screen."""
