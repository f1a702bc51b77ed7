"""Companies, partners, users, currencies and what every other addon builds on."""
