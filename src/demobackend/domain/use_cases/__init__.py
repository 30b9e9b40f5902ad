"""What a person or an event can make happen, one frozen callable each."""
