"""The e-government gateway (ШЭП): its synchronous and its asynchronous channel."""
