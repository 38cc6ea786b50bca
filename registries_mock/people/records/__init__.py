"""What each registry knows of a person, told from the family's facts in the words of the vocabulary."""
