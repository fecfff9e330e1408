"""What runs CDPSfy rather than being it: a client of the services, which imports neither of them."""
