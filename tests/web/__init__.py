"""Tests of the web shell: through the address first."""
