"""The portal for outside units: what you asked, what is coming, what to confirm; asking and signing."""
