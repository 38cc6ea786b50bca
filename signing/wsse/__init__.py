"""WS-Security as SHEP uses it: one signature in the SOAP header over the Body (facts of the sample messages)."""
