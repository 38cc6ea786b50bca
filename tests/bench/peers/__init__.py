"""SOAP stacks of other houses as clients that sign and verify: each is a program, and a process of its own."""
