"""The country in a night, on paper: what all families cost by measured unit costs, and what gives way first."""
