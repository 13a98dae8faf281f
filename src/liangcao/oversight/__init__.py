"""Ring 4: reads everything, changes nothing below."""
