"""What runs CDPSfy rather than being it: a client of the services, imported by neither."""
