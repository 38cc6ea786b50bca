"""Legal rules and the calendar of non-working days, as dated data with clause, source and confidence."""
