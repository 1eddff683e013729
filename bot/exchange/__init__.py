"""Texts out to translators and back: as PO, as a spreadsheet. Content in, bytes or changes out; no disk."""
