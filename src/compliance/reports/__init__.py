"""One renderer a file, one function each: `render(audit, view) -> str`."""
