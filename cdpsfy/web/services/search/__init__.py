"""Finds tracks by words, on every database alike.

`words` and `terms` say what a text is found by, `index` keeps that, `matching` is how each database
is asked, `finding` asks: start there.
"""
