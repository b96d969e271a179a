"""The rules of the work as plain Python and data. Standard library only: no Flask, no SQLAlchemy, no clock of its own (design 1)."""
