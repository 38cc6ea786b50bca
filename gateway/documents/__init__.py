"""Documents of the legal clock: letters to owners and notices to applicants, from plain data, in two languages."""
