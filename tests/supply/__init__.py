"""What comes in with the program: which releases by their hashes, under which licences, with which known faults."""
