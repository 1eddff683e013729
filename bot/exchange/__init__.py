"""Hand texts to translators and take them back, as PO or as a spreadsheet. No disk: bytes in, bytes out."""
