"""The test rig: real engines, no mocks. What each part offers is said in tests/rig/__init__.py."""

pytest_plugins = ["tests.rig.plugins"]
