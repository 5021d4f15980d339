"""Evidence: tickets, capture records, uploads, derivations and the proof that nothing changed."""
