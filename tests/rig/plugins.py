"""The list of the rig's parts, in the order in which they must be loaded."""

pytest_plugins = [
    "tests.rig.session",
    "tests.rig.strictness",
    "tests.rig.databases",
    "tests.rig.threads",
    "tests.rig.live",
    "tests.rig.browser",
    "tests.rig.data_sets",
    "tests.rig.callers",
]
