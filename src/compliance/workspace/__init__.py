"""What an organisation brings: the manifest, the standard tables, and the records read in."""
