"""Passports that users bring: looked at in every respect, and laid into a folder that mock and gateway follow."""
