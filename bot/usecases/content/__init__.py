"""The content and its editors: drafts, checks, approval, publication, rounds."""
