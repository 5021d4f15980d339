"""One cell of a roster becomes one value, or is said to be damaged; pure, standard library only."""
