"""What the texts of messages tell of, as a table that rules may read: the optional extra `texts`."""
