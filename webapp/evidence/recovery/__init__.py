"""The other way in: files handed over at the office, uploads whose phone did not come back."""
