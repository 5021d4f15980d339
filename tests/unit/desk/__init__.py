"""The pure parts of the desk."""
