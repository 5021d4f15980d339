"""The server killed in the middle of its work; the journal and the archive must stay true."""
