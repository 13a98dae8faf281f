"""The book: documents, registers, proof."""
