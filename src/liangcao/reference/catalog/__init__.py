"""The catalogue 目录清单: categories, items with base unit and standard, packs, substitutes."""
