"""How the demo tracks were made: signals, instruments, scores, pieces, mixing, covers, encoding."""
