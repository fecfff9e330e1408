"""The checks, one a module: `ops/nagios/run.sh plugins.NAME --help` says what each looks at.

They speak as the Monitoring Plugins guidelines say: one line, and an exit code (`answer.py`).
"""
