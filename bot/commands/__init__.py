"""The commands of `python -m bot`, grouped by subject.

Only commands that need the database import it: loading it takes longer than proving the content.
"""
