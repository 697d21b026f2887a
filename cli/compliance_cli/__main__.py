"""`python -m compliance_cli`: the same as `compliance`."""

from compliance_cli.main import run

run()
