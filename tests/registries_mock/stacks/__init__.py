"""Programs over SOAP stacks of other people, in six languages: each speaks to the mock from the WSDL that it serves."""
