"""Values, entities, rules and the error tree."""
