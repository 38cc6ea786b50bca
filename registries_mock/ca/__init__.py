"""The suite's own certification centre: it plays НУЦ РК, for invented people only."""
