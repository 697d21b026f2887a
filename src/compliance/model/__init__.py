"""The nouns of Dutybook, frozen: every stage takes them and gives them on."""
