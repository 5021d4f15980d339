"""The form that the migrations give the database, and in what the database at hand differs."""
