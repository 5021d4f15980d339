"""The way in: tickets, records, resumable uploads, quarantine, and the receipt for each."""
