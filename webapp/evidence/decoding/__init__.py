"""Strangers' files are opened here alone, in a confined child process, and made into renditions."""
