"""Enveloped XML signatures (XMLDSig) as НУЦ РК's software makes them: judging them, and making them."""
