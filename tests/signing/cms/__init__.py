"""Promises of signed messages (CMS): what passes, signer by signer, and each rule that refuses, seen refusing."""
