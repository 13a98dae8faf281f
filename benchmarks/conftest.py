"""Benchmarks run on the same rig as the tests."""

pytest_plugins = ["tests.rig.plugins"]
