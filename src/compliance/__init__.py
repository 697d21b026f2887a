"""Dutybook: who owed what and when, what was breached, who answers and how gravely."""
