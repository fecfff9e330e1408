"""Makes covers of pictures that strangers send, in a process that may do little and not for long.

`process.shrink` is what others call. It starts `__main__` for each picture, which gives up memory,
time and files before it looks at the first byte; `decoding` runs there alone. `art` draws what is
shown where there is no cover. Nothing is imported here: it would take half of that process's time.
"""
