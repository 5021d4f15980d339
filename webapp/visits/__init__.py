"""Visit lists, attempts, results and the phone's pack."""
