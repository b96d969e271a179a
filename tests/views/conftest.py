"""The office of `tests.factories`, as a fixture, and the same office on a port of this machine."""

from collections.abc import Iterator

import pytest

from tests import serving
from tests.factories import Office, office

__all__ = ["office"]


@pytest.fixture
def address(office: Office) -> Iterator[str]:
    """Where a browser finds the office."""
    with serving.running(serving.of_office(office)) as server:
        yield server.url
