"""Plain SOAP: services with a WSDL of their own."""
