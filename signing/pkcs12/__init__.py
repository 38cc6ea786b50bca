"""PKCS#12 key files (RFC 7292) as НУЦ РК issues them and as others write them: a reader of both, a writer of the first.

Own code, because no library opens them: the certificates lie under RC2-40, and the keys may be GOST keys.
"""
