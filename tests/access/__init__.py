"""Who gets in where: every route, role, bureau, organisation and channel."""
