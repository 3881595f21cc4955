"""Models small enough to make here."""

from tests.unit.contradictions.conftest import encoder_folder

__all__ = ["encoder_folder"]
