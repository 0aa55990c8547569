"""No test of a screen waits for the process to be idle."""

from tests.at_rest import _screens_come_to_rest  # noqa: F401
