"""Pages of the editors: drafts, tables, phrases, publication, rounds."""
