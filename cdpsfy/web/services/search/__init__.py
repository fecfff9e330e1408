"""Finds tracks by words, and by what they have in common, on every database alike.

`words` and `terms` say what a text is found by, `index` keeps that, `matching` is how each database
is asked, `finding` asks: start there. `browsing` lists artists, albums, genres and years.
"""
