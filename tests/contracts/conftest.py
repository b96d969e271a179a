"""The office of `tests.factories`, as a fixture."""

from tests.factories import office

__all__ = ["office"]
