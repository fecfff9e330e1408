"""Proof that the cluster survives: people who use it, faults, and the account of both.

`load` is the people, on a client machine of the lab; `faults` what is done to the machines;
`verdict` what must be true afterwards; `report` what came of it, machine by machine.
"""
