"""A figure is a named number with unit, time, scope, definition and the query of the entries behind it."""
