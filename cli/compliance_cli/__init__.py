"""The `compliance` command: it reads the command line, asks the library, and shows the answer."""
