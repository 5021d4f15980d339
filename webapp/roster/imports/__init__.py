"""Rows that were read come into the roster: judged, held, written in short steps, taken back."""
