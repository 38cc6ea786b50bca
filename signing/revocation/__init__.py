"""Whether an authority has taken a certificate back: lists (CRL) and answers (OCSP), given, kept or fetched."""
