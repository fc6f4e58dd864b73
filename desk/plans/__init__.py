"""Plans: the best beds tonight and the best places tomorrow, proved optimal; a person decides (AVG art. 22)."""
