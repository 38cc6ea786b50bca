"""Signed messages (CMS, RFC 5652) of one signer or several, with their content inside or beside them."""
