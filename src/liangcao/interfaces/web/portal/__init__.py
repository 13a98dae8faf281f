"""The portal: pages for outside units."""
