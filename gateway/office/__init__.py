"""The office: what people do to an application - letters, papers, decisions - with the checks before it is kept."""
