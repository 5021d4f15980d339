"""How the program is served: one command, the embedded server, the local network, health."""
