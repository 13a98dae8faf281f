"""API version 1. One file per module; `doors` has what every call passes: token, time, bureau, key, paging, errors."""
